#include "cli/shell.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

#include <histedit.h>

#include "cli/failure.hpp"
#include "cli/pager.hpp"

namespace dx::cli {
namespace {

constexpr int kHistoryLength = 500;

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
        el_set(edit_.get(), EL_HIST, history, history_.get());
        el_set(edit_.get(), EL_CLIENTDATA, this);
        el_set(edit_.get(), EL_ADDFN, "dx-help", "what may come here", on_help);
        el_set(edit_.get(), EL_ADDFN, "dx-complete", "complete the word", on_complete);
        el_set(edit_.get(), EL_BIND, "?", "dx-help", nullptr);
        el_set(edit_.get(), EL_BIND, "\t", "dx-complete", nullptr);
    }

    int run() {
        std::puts("dxctl: ? shows what may come next, Tab completes, exit leaves.");
        int count = 0;
        while (const char* line = el_gets(edit_.get(), &count)) {
            const auto words = split_words(std::string_view(line, static_cast<std::size_t>(count)));
            if (words.empty()) continue;
            remember(line);
            if (words.size() == 1 && (words[0] == "exit" || words[0] == "quit")) return kDone;
            run_line(words);
        }
        std::puts("");
        return kDone;
    }

private:
    void remember(const char* line) {
        HistEvent event;
        history(history_.get(), &event, H_ENTER, line);
        if (!file_.empty()) history(history_.get(), &event, H_SAVE, file_.c_str());
    }

    void run_line(const Words& words) {
        try {
            Pager pager;
            Output out([&](std::string_view text) { return pager.write(text); });
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

    static unsigned char on_help(EditLine* edit, int) {
        const auto place = place_of(left_of_cursor(edit));
        const auto hints = of(edit).interpreter_.hints(place.before, place.partial);
        std::puts("?");
        if (hints.empty()) std::puts("  nothing is known here");
        for (const auto& hint : hints)
            std::printf("  %-18s %s\n", hint.word.c_str(), hint.help.c_str());
        return CC_REDISPLAY;
    }

    static unsigned char on_complete(EditLine* edit, int) {
        const auto place = place_of(left_of_cursor(edit));
        const auto words = of(edit).interpreter_.completions(place.before, place.partial);
        if (words.empty()) return CC_REFRESH_BEEP;
        auto rest = common_beginning(words).substr(place.partial.size());
        if (words.size() == 1) rest += ' ';
        if (!rest.empty()) {
            el_insertstr(edit, rest.c_str());
            return CC_REFRESH;
        }
        std::puts("");
        for (const auto& word : words)
            std::printf("  %s\n", word.c_str());
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
        if (words.size() == 1 && (words[0] == "exit" || words[0] == "quit")) break;
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
