// dxrouted: reads the command line and the configuration, then runs the router until it is told to
// stop.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include "daemon/config/load.hpp"
#include "daemon/config_recovery.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/state_directory.hpp"
#include "daemon/version.hpp"

namespace {

namespace options = boost::program_options;
using dx::daemon::log;

constexpr std::chrono::seconds kPatience{5};  // with a run before that is still ending

enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2 };

struct Arguments {
    std::string config;
    std::string state_directory;
    bool check = false;
};

constexpr auto kHelp = R"(Usage: dxrouted [--config FILE] [--check] [--state-directory DIR]

The router daemon. It runs in the foreground and logs to stderr.

Options:
  --config FILE  the configuration (default /etc/dxrouted/dxrouted.yaml)
  --check        validate the configuration and exit
  --state-directory DIR
                 what outlives a run is kept here (default $STATE_DIRECTORY, else /var/lib/dxrouted;
                 with another configuration than the default one FILE.state)
  --version      print the version and exit
  --help         print this text and exit

Signals:
  HUP            read the configuration again; what did not change goes on undisturbed
  TERM, INT      end all sessions with a Cease, remove the kernel routes (fib.on-stop), exit
  USR1           the same, and the routes stay: the next dxrouted takes them over
  USR2           the same, and the routes go

Exit codes: 0 done, 1 failed, 2 wrong usage or errors in the configuration

dxctl shows and steers the running daemon.
)";

options::variables_map parse(int argc, char** argv, Arguments& arguments) {
    std::vector<std::string> words;
    options::options_description known;
    known.add_options()("config", options::value(&arguments.config)
                                      ->default_value(std::string(dx::daemon::kDefaultConfigFile)));
    known.add_options()("state-directory", options::value(&arguments.state_directory));
    known.add_options()("check", options::bool_switch(&arguments.check));
    known.add_options()("version", "")("help,h", "")("words", options::value(&words));
    options::positional_options_description positional;
    positional.add("words", -1);
    using Style = options::command_line_style::style_t;
    constexpr int kStyle = Style::unix_style & ~Style::allow_guessing;
    options::variables_map given;
    options::store(options::command_line_parser(argc, argv)
                       .options(known)
                       .positional(positional)
                       .style(kStyle)
                       .run(),
                   given);
    options::notify(given);
    if (!words.empty()) throw options::error("unexpected argument '" + words.front() + "'");
    return given;
}

// None: everything has been said; exit with `code`.
std::optional<Arguments> read_arguments(int argc, char** argv, ExitCode& code) {
    Arguments arguments;
    try {
        const auto given = parse(argc, argv, arguments);
        code = kDone;
        if (given.contains("help")) {
            std::cout << kHelp;
            return std::nullopt;
        }
        if (given.contains("version")) {
            std::cout << "dxrouted " << dx::daemon::kVersion << '\n';
            return std::nullopt;
        }
    } catch (const options::error& error) {
        std::cerr << "dxrouted: " << error.what() << "\nTry 'dxrouted --help'.\n";
        code = kUsage;
        return std::nullopt;
    }
    return arguments;
}

void print(const dx::config::Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics)
        std::cerr << diagnostic.to_string() << '\n';
}

using OnStop = dx::config::FibSettings::OnStop;

struct StopSignal {
    int number;
    std::string_view name;
    std::optional<OnStop> routes;  // none: as fib.on-stop says
};

// With the two of them a package's scripts say what systemd cannot: that it starts again, or that
// it is gone for good.
constexpr std::array kStopSignals{
    StopSignal{SIGTERM, "SIGTERM", std::nullopt},
    StopSignal{SIGINT, "SIGINT", std::nullopt},
    StopSignal{SIGUSR1, "SIGUSR1", OnStop::Keep},
    StopSignal{SIGUSR2, "SIGUSR2", OnStop::Remove},
};

void obey(int signal, dx::daemon::Router& router) {
    if (signal == SIGHUP) {
        router.reload();
        return;
    }
    const auto& stop = *std::ranges::find(kStopSignals, signal, &StopSignal::number);
    router.stop(stop.name, stop.routes);
}

void watch_signals(boost::asio::signal_set& signals, dx::daemon::Router& router) {
    signals.async_wait([&](boost::system::error_code error, int signal) {
        if (error) return;
        obey(signal, router);
        watch_signals(signals, router);
    });
}

dx::daemon::Files files_of(const Arguments& arguments) {
    const char* const from_environment = std::getenv("STATE_DIRECTORY");
    return {arguments.config,
            dx::daemon::state_directory(arguments.state_directory,
                                        from_environment == nullptr ? "" : from_environment,
                                        arguments.config)};
}

int check(const std::string& file) {
    const auto loaded = dx::config::load_config(file);
    print(loaded.diagnostics);
    if (loaded.has_errors()) return kUsage;
    std::cout << file << ": valid\n";
    return kDone;
}

dx::config::LoadResult load(const dx::daemon::Files& files, const dx::daemon::Recovery& recovery) {
    if (!recovery.note.empty()) std::cerr << "dxrouted: " << recovery.note << '\n';
    if (!recovery.text_instead) return dx::config::load_config(files.config);
    auto loaded = dx::config::parse_config(*recovery.text_instead, files.config);
    loaded.text = *recovery.text_instead;
    return loaded;
}

int run(const dx::daemon::Files& files, dx::config::LoadResult loaded,
        const dx::daemon::Recovery& recovery) {
    const dx::daemon::Log logging(loaded.config->log.level);
    if (const auto trouble = dx::daemon::record_start(files, loaded.text); !trouble.empty())
        log().warn("{}", trouble);
    boost::asio::io_context io(1);
    dx::daemon::Router router(io, files, std::move(*loaded.config), std::move(loaded.text));
    boost::asio::signal_set signals(io, SIGHUP);
    for (const auto& stop : kStopSignals)
        signals.add(stop.number);
    watch_signals(signals, router);
    router.start(recovery, [&] { io.stop(); });
    io.run();
    return kDone;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    ExitCode code = kDone;
    const auto arguments = read_arguments(argc, argv, code);
    if (!arguments) return code;

    const auto files = files_of(*arguments);
    if (arguments->check) return check(files.config);
    const dx::daemon::StateLock lock(files.state, kPatience);
    if (lock.held_by_another()) {
        std::cerr << "dxrouted: another dxrouted runs with " << files.state.string() << '\n';
        return kFailed;
    }
    try {
        // A change that was not confirmed when the last run ended is given back first.
        const auto recovery = dx::daemon::recover(files);
        auto loaded = load(files, recovery);
        print(loaded.diagnostics);
        if (loaded.has_errors()) return kUsage;
        return run(files, std::move(loaded), recovery);
    } catch (const std::exception& error) {
        std::cerr << "dxrouted: " << error.what() << '\n';
        return kFailed;
    }
}
