// dxctl: shows and steers dxrouted. Everything goes through the daemon's control socket.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/client.hpp"
#include "cli/completion.hpp"
#include "cli/failure.hpp"
#include "cli/help.hpp"
#include "cli/interpreter.hpp"
#include "cli/pager.hpp"
#include "cli/shell.hpp"
#include "cli/terminal.hpp"

namespace po = boost::program_options;

namespace dx::cli {
namespace {

std::string default_socket() {
    const auto* const configured = std::getenv("DXROUTED_SOCKET");
    return configured && *configured ? configured : "/run/dxrouted/dxrouted.sock";
}

// FILE may have any name, `to` also: what stands before it cannot be told from it.
void require_file_first(const std::vector<std::string>& before) {
    if (before.size() < 2) return;
    const std::string_view first = before[before.size() - 2];
    if (first.size() > 1 && std::string_view("import").starts_with(first))
        throw Failure("FILE comes first: dxctl import " + before.back() + " FILE --to DIRECTORY",
                      kUsage);
}

// A command's words may be written as options: `failover-test dx1 --for 60s`, `--for=60s`. What
// dxctl itself knows stays one.
std::vector<std::string> with_words_for_options(const po::options_description& known,
                                                std::vector<std::string> arguments) {
    std::vector<std::string> out;
    for (auto& argument : arguments) {
        const auto name = argument.substr(0, argument.find('='));
        const bool word = name.size() > 2 && name.starts_with("--") &&
                          known.find_nothrow(name.substr(2), false) == nullptr;
        const bool behind_a_word = std::ranges::any_of(
            out, [](const std::string& earlier) { return !earlier.starts_with('-'); });
        if (!word || !behind_a_word) {
            out.push_back(std::move(argument));
            continue;
        }
        require_file_first(out);
        out.push_back(name.substr(2));
        if (name.size() < argument.size()) out.push_back(argument.substr(name.size() + 1));
    }
    return out;
}

po::variables_map parse(int argc, char** argv) {
    po::options_description known;
    known.add_options()("socket", po::value<std::string>()->default_value(default_socket()));
    known.add_options()("command,c", po::value<std::vector<std::string>>());
    known.add_options()("words", po::value<std::vector<std::string>>());
    known.add_options()("json", "")("wide", "")("version", "")("help,h", "");
    po::positional_options_description positional;
    positional.add("words", -1);
    using Style = po::command_line_style::style_t;
    constexpr int kStyle = Style::unix_style & ~Style::allow_guessing;
    po::variables_map given;
    const auto arguments = with_words_for_options(known, {argv + 1, argv + argc});
    po::store(po::command_line_parser(arguments)
                  .options(known)
                  .positional(positional)
                  .style(kStyle)
                  .run(),
              given);
    return given;
}

// Of the whole, or of the commands that begin with the words given.
void print_help(const po::variables_map& given) {
    if (given.count("words") == 0) {
        std::cout << help_of_all();
        return;
    }
    auto words = given["words"].as<Words>();
    if (words.size() == 1) words = split_words(words.front());
    SocketClient client(given["socket"].as<std::string>());
    const auto help = help_of(Interpreter(client).in_full(words), stdout_style().width);
    if (help.empty())
        throw Failure(fmt::format("no command begins with \"{}\"", fmt::join(words, " ")), kUsage);
    std::cout << help;
}

// `dxctl complete -- WORD…`: what the shells' completion asks. The words may be options of dxctl,
// which are not for this one.
int complete(Words words) {
    if (!words.empty() && words.front() == "--") words.erase(words.begin());
    const auto socket = socket_among(words);
    SocketClient client(socket.empty() ? default_socket() : socket);
    Interpreter interpreter(client);
    std::cout << completion_lines(interpreter, std::move(words));
    return kDone;
}

void run_one(Interpreter& interpreter, Words words, Options options) {
    Pager pager(!interpreter.is_live(words));
    Output out([&](std::string_view text) { return pager.write(text); }, stdout_style());
    interpreter.run(std::move(words), options, out);
    out.flush();
    pager.finish();
}

int run(const po::variables_map& given) {
    if (given.count("help") != 0) {
        print_help(given);
        return kDone;
    }
    if (given.count("version") != 0) {
        std::cout << "dxctl " << DX_VERSION << '\n';
        return kDone;
    }
    const auto socket = given["socket"].as<std::string>();
    ::setenv("DXROUTED_SOCKET", socket.c_str(), 1);  // for the commands that we start
    SocketClient client(socket);
    Interpreter interpreter(client);
    const Options options{given.count("json") != 0, given.count("wide") != 0};
    const bool lines = given.count("command") != 0;
    const bool words = given.count("words") != 0;
    if (lines && words) throw Failure("give a command with -c or as words, not both", kUsage);
    if (words) {
        auto command = given["words"].as<std::vector<std::string>>();
        if (command.size() == 1) command = split_words(command.front());  // quoted as a whole
        run_one(interpreter, std::move(command), options);
        return kDone;
    }
    if (!lines) return run_shell(interpreter, options);
    for (const auto& line : given["command"].as<std::vector<std::string>>())
        run_one(interpreter, split_words(line), options);
    return kDone;
}

int report(const std::string& line, int code) {
    std::fprintf(stderr, "dxctl: %s\n", line.c_str());
    return code;
}

}  // namespace
}  // namespace dx::cli

int main(int argc, char** argv) {
    using namespace dx::cli;
    std::signal(SIGPIPE, SIG_IGN);  // a pager that was left is no failure
    try {
        if (argc > 1 && std::string_view(argv[1]) == "complete")
            return complete({argv + 2, argv + argc});
        return run(parse(argc, argv));
    } catch (const po::error& error) {
        return report(std::string(error.what()) + " (see dxctl --help)", kUsage);
    } catch (const Failure& failure) {
        return report(failure.what(), failure.exit_code());
    } catch (const std::exception& error) {
        return report(error.what(), kRefused);
    }
}
