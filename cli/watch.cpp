#include "cli/watch.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <optional>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/interpreter.hpp"
#include "cli/interrupt.hpp"
#include "cli/lines.hpp"
#include "cli/terminal.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

constexpr double kUsualInterval = 2;
constexpr double kShortest = 0.1;
constexpr double kLongest = 86400;

std::chrono::milliseconds interval_of(std::string_view text) {
    double seconds = text.empty() ? kUsualInterval : 0;
    const auto* const end = text.data() + text.size();
    const bool read = text.empty() || std::from_chars(text.data(), end, seconds).ptr == end;
    if (!read || seconds < kShortest || seconds > kLongest)
        throw Failure(fmt::format("\"{}\" is no time to wait (expected seconds from {} to {})",
                                  text, kShortest, kLongest),
                      kUsage);
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::string time_of_day() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// The terminal's other screen, as full-screen programs have it: what stood there is there again
// when it is left.
class OtherScreen {
public:
    OtherScreen() { std::fputs("\x1b[?1049h", stdout); }

    OtherScreen(const OtherScreen&) = delete;
    OtherScreen& operator=(const OtherScreen&) = delete;

    ~OtherScreen() {
        std::fputs("\x1b[?1049l", stdout);
        std::fflush(stdout);
    }
};

class Watch {
public:
    explicit Watch(Invocation& call)
        : call_(call),
          words_(call.match.words.begin() + static_cast<std::ptrdiff_t>(*call.match.command_at),
                 call.match.words.end()),
          interval_(interval_of(*call.match.command_at > 1 ? call.match.words[1] : "")) {
        if (!is_show(call.interpreter.command_of(words_)))
            throw Failure("only show commands are watched", kUsage);
    }

    void run() {
        const Interruptible until_ctrl_c;
        const bool drawn = stdout_is_terminal();
        std::optional<OtherScreen> screen;
        if (drawn) screen.emplace();
        bool more = true;
        for (bool first = true; more; first = false) {
            if (drawn) {
                draw(first);
            } else {
                if (!first && !call_.json) call_.out.write("\n");
                once(call_.out);
                call_.out.flush();
            }
            more = call_.out.is_open() && pause_for(interval_);
        }
    }

private:
    // A daemon that is restarted is no reason to end: it is what one may be watching for.
    void once(Output& out) {
        try {
            call_.interpreter.run(words_, {call_.json, call_.wide}, out);
        } catch (const Failure& failure) {
            if (!is_interrupted()) out.print("% {}\n", failure.what());
        }
    }

    void draw(bool first) {
        std::string text;
        const auto style = stdout_style();  // it may have been resized
        {
            Output out(
                [&](std::string_view piece) {
                    text += piece;
                    return true;
                },
                style);
            once(out);
        }
        if (is_interrupted()) return;
        std::string title;
        for (const auto& word : words_)
            title += (title.empty() ? "" : " ") + word;
        if (call_.wide) title += " wide";
        title += fmt::format("   (every {} s, {}; Ctrl-C ends it)",
                             static_cast<double>(interval_.count()) / 1000, time_of_day());
        const auto screen = screen_of(title, text, style.width, terminal_height());
        std::fputs(first ? "\x1b[2J" : "", stdout);
        std::fwrite(screen.data(), 1, screen.size(), stdout);
        std::fflush(stdout);
    }

    Invocation& call_;
    Words words_;
    std::chrono::milliseconds interval_;
};

}  // namespace

std::string screen_of(std::string_view title, std::string_view text, std::size_t width,
                      std::size_t height) {
    constexpr std::size_t kOther = 4;  // the title, the blank lines, and where the cursor ends
    const auto lines = lines_of(text);
    auto shown = lines.size();
    if (height != 0 && lines.size() + kOther - 1 > height)
        shown = height > kOther ? height - kOther : 0;
    std::string screen = "\x1b[H";
    const auto add = [&](std::string_view line) { screen += cut(line, width) + "\x1b[K\n"; };
    add(title);
    add("");
    for (std::size_t i = 0; i < shown; ++i)
        add(lines[i]);
    if (shown < lines.size()) add(fmt::format("… {} more lines", lines.size() - shown));
    return screen + "\x1b[J";
}

void watch(Invocation& call) {
    Watch(call).run();
}

}  // namespace dx::cli
