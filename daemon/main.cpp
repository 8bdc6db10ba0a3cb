// dxrouted: reads the command line and the configuration, then runs the router until it is told to
// stop.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/variables_map.hpp>

#include "daemon/config/load.hpp"
#include "daemon/log.hpp"
#include "daemon/router.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/version.hpp"

namespace {

namespace options = boost::program_options;
using dx::daemon::log;

enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2 };

struct Arguments {
    std::string config;
    bool check = false;
};

// None: everything has been said; exit with `code`.
std::optional<Arguments> read_arguments(int argc, char** argv, ExitCode& code) {
    Arguments arguments;
    options::options_description description(
        "Usage: dxrouted [--config FILE] [--check]\n\n"
        "The router daemon: runs in the foreground and logs to stderr. SIGHUP reads the\n"
        "configuration again; SIGTERM and SIGINT stop it cleanly.\n\nOptions");
    description.add_options()("config",
                              options::value(&arguments.config)
                                  ->default_value("/etc/dxrouted/dxrouted.yaml")
                                  ->value_name("FILE"),
                              "the configuration")("check", options::bool_switch(&arguments.check),
                                                   "validate the configuration and exit")(
        "version", "print the version and exit")("help", "print this text and exit");
    try {
        options::variables_map given;
        options::store(
            options::command_line_parser(argc, argv).options(description).positional({}).run(),
            given);
        options::notify(given);
        code = kDone;
        if (given.contains("help")) {
            std::cout << description;
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

void watch_signals(boost::asio::signal_set& signals, dx::daemon::Router& router) {
    signals.async_wait([&](boost::system::error_code error, int signal) {
        if (error) return;
        if (signal == SIGHUP)
            router.reload();
        else
            router.stop(signal == SIGTERM ? "SIGTERM" : "SIGINT");
        watch_signals(signals, router);
    });
}

int run(const Arguments& arguments, dx::config::Config config) {
    const dx::daemon::Log logging(dx::daemon::log_level(config.log.level));
    boost::asio::io_context io(1);
    dx::daemon::Router router(io, arguments.config, std::move(config));
    boost::asio::signal_set signals(io, SIGHUP, SIGTERM, SIGINT);
    watch_signals(signals, router);
    router.start([&] { io.stop(); });
    io.run();
    return kDone;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    ExitCode code = kDone;
    const auto arguments = read_arguments(argc, argv, code);
    if (!arguments) return code;

    auto loaded = dx::config::load_config(arguments->config);
    print(loaded.diagnostics);
    if (loaded.has_errors()) return kUsage;
    if (arguments->check) {
        std::cout << arguments->config << ": valid\n";
        return kDone;
    }
    try {
        return run(*arguments, std::move(*loaded.config));
    } catch (const std::exception& error) {
        std::cerr << "dxrouted: " << error.what() << '\n';
        return kFailed;
    }
}
