// dxctl against a router of plain values, without a socket between them: a line in, its text out.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cli/failure.hpp"
#include "cli/interpreter.hpp"
#include "tests/unit/daemon/control/api_client.hpp"
#include "tests/unit/daemon/control/example_router.hpp"

namespace dx::cli {

class DirectClient : public Client {
public:
    explicit DirectClient(control::FakeRouter& router) : router_(router) {}

    // In small pieces, so that lines come cut.
    void stream(const std::string& target, const Take& take) override {
        const auto answer = control::ask(router_, control::Verb::Get, target);
        if (answer.status >= 300) throw refused(answer.status, answer.body);
        for (std::size_t at = 0; at < answer.body.size(); at += 100)
            if (!take(std::string_view(answer.body).substr(at, 100))) return;
    }

    std::string post(const std::string& target, const std::string& body) override {
        const auto answer = control::ask(router_, control::Verb::Post, target, body);
        if (answer.status >= 300) throw refused(answer.status, answer.body);
        return answer.body;
    }

private:
    control::FakeRouter& router_;
};

inline std::string run(control::FakeRouter& router, std::string_view line, Options options = {}) {
    DirectClient client(router);
    Interpreter interpreter(client);
    std::string text;
    {
        Output out([&](std::string_view piece) {
            text += piece;
            return true;
        });
        interpreter.run(split_words(line), options, out);
    }
    return text;
}

}  // namespace dx::cli
