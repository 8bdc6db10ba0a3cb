#include "cli/shell.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

#include <histedit.h>

#include "cli/failure.hpp"
#include "cli/interrupt.hpp"
#include "cli/keyboard.hpp"
#include "cli/pager.hpp"
#include "cli/terminal.hpp"
#include "cli/text_width.hpp"

namespace dx::cli {
namespace {

constexpr int kHistoryLength = 500;
constexpr std::string_view kLeave[] = {"exit", "quit"};

bool is_leaving(const Words& words) {
    return words.size() == 1 && std::ranges::find(kLeave, words[0]) != std::end(kLeave);
}

struct EditLineDeleter {
    void operator()(EditLine* edit) const { el_end(edit); }
};

struct HistoryDeleter {
    void operator()(History* history) const { history_end(history); }
};

char* prompt(EditLine*) {
    static char text[] = "dxctl> ";
    return text;
}

std::string history_file() {
    const auto* const home = std::getenv("HOME");
    return home ? std::string(home) + "/.dxctl_history" : std::string();
}

// The words before the cursor, and the beginning of one on which it stands.
struct Place {
    Words before;
    std::string partial;
};

Place place_of(std::string_view line) {
    Place place{split_words(line), {}};
    const bool between = line.empty() || line.back() == ' ' || line.back() == '\t';
    if (!between && !place.before.empty()) {
        place.partial = place.before.back();
        place.before.pop_back();
    }
    return place;
}

std::string common_beginning(const Words& words) {
    auto common = words.front();
    for (const auto& word : words) {
        const auto apart = std::ranges::mismatch(common, word);
        common.erase(apart.in1, common.end());
    }
    return common;
}

class Shell {
public:
    Shell(Interpreter& interpreter, Options options)
        : interpreter_(interpreter),
          options_(options),
          edit_(el_init("dxctl", stdin, stdout, stderr)),
          history_(history_init()) {
        HistEvent event;
        history(history_.get(), &event, H_SETSIZE, kHistoryLength);
        history(history_.get(), &event, H_SETUNIQUE, 1);
        if (!file_.empty()) history(history_.get(), &event, H_LOAD, file_.c_str());
        el_set(edit_.get(), EL_PROMPT, prompt);
        el_set(edit_.get(), EL_EDITOR, "emacs");
        el_set(edit_.get(), EL_SIGNAL, 1);
        el_set(edit_.get(), EL_GETCFN, on_key);
        // Else the terminal drops what next_key() was told is there, which then waits for it.
        el_set(edit_.get(), EL_SETTY, "-d", "+noflsh", nullptr);
        el_set(edit_.get(), EL_HIST, history, history_.get());
        el_set(edit_.get(), EL_CLIENTDATA, this);
        el_set(edit_.get(), EL_ADDFN, "dx-help", "what may come here", on_help);
        el_set(edit_.get(), EL_ADDFN, "dx-complete", "complete the word", on_complete);
        el_set(edit_.get(), EL_BIND, "?", "dx-help", nullptr);
        el_set(edit_.get(), EL_BIND, "\t", "dx-complete", nullptr);
    }

    int run() {
        const Interruptible ctrl_c_ends_no_shell;
        std::puts("dxctl: ? shows what may come next, Tab completes, exit leaves.");
        while (const auto line = next_line()) {
            const auto words = split_words(*line);
            if (words.empty()) continue;
            remember(line->c_str());
            if (is_leaving(words)) return kDone;
            run_line(words);
        }
        std::puts("");
        return kDone;
    }

private:
    // None at the end of input. Ctrl-C drops the line that was begun.
    std::optional<std::string> next_line() {
        const InterruptHeld until_a_key_is_awaited;
        for (;;) {
            forget_interrupt();
            int count = 0;
            const auto* const line = el_gets(edit_.get(), &count);
            if (line) return std::string(line, static_cast<std::size_t>(count));
            if (!is_interrupted()) return std::nullopt;
            std::puts("^C");
            el_reset(edit_.get());
        }
    }

    void remember(const char* line) {
        HistEvent event;
        history(history_.get(), &event, H_ENTER, line);
        if (!file_.empty()) history(history_.get(), &event, H_SAVE, file_.c_str());
    }

    // Ctrl-C ends the command, and not the shell.
    void run_line(const Words& words) {
        try {
            Pager pager(!interpreter_.is_live(words));
            Output out([&](std::string_view text) { return pager.write(text); }, stdout_style());
            interpreter_.run(words, options_, out);
        } catch (const Failure& failure) {
            std::fprintf(stderr, "%% %s\n", failure.what());
        }
    }

    static Shell& of(EditLine* edit) {
        void* shell = nullptr;
        el_get(edit, EL_CLIENTDATA, &shell);
        return *static_cast<Shell*>(shell);
    }

    static std::string_view left_of_cursor(EditLine* edit) {
        const auto* const info = el_line(edit);
        return {info->buffer, static_cast<std::size_t>(info->cursor - info->buffer)};
    }

    std::vector<Interpreter::Hint> hints(const Place& place) const {
        auto hints = interpreter_.hints(place.before, place.partial);
        for (const auto word : kLeave)
            if (place.before.empty() && word.starts_with(place.partial))
                hints.push_back({std::string(word), "leave dxctl"});
        return hints;
    }

    static int on_key(EditLine*, wchar_t* key) { return next_key(*key); }

    static unsigned char on_help(EditLine* edit, int) {
        const auto all = of(edit).hints(place_of(left_of_cursor(edit)));
        std::puts("?");
        std::fputs(Interpreter::help_lines(all, stdout_style().width).c_str(), stdout);
        return CC_REDISPLAY;
    }

    static unsigned char on_complete(EditLine* edit, int) {
        const auto place = place_of(left_of_cursor(edit));
        auto words = of(edit).interpreter_.completions(place.before, place.partial);
        for (const auto word : kLeave)
            if (place.before.empty() && word.starts_with(place.partial)) words.emplace_back(word);
        if (words.empty()) return CC_REFRESH_BEEP;
        auto rest = common_beginning(words).substr(place.partial.size());
        if (words.size() == 1 && !words.front().ends_with('/')) rest += ' ';
        if (!rest.empty()) {
            el_insertstr(edit, rest.c_str());
            return CC_REFRESH;
        }
        std::puts("");
        std::fputs(in_columns(words, stdout_style().width).c_str(), stdout);
        return CC_REDISPLAY;
    }

    Interpreter& interpreter_;
    Options options_;
    std::string file_ = history_file();
    std::unique_ptr<EditLine, EditLineDeleter> edit_;
    std::unique_ptr<History, HistoryDeleter> history_;
};

int run_script(Interpreter& interpreter, Options options) {
    std::string line;
    Output out([](std::string_view text) {
        return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
               std::fflush(stdout) == 0;  // before what a failure says
    });
    while (std::getline(std::cin, line)) {
        const auto words = split_words(line);
        if (is_leaving(words)) break;
        interpreter.run(words, options, out);
        out.flush();
    }
    return kDone;
}

}  // namespace

int run_shell(Interpreter& interpreter, Options options) {
    if (::isatty(STDIN_FILENO) == 0) return run_script(interpreter, options);
    return Shell(interpreter, options).run();
}

}  // namespace dx::cli
