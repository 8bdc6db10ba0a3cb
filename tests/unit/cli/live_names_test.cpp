// Completion against a daemon that does not do what it should.
#include "cli/live_names.hpp"

#include <chrono>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "cli/completion.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::cli;
using namespace dx::control;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

using Protocol = boost::asio::local::stream_protocol;

// Takes connections, and may begin an answer that has no end.
struct Hanging {
    explicit Hanging(bool talks) {
        if (!talks) return;
        thread = std::thread([this] {
            Protocol::socket socket(io);
            boost::system::error_code error;
            acceptor.accept(socket, error);
            std::string_view piece = "HTTP/1.1 200 OK\r\n";
            for (int i = 0; i < 100 && !error; ++i) {
                boost::asio::write(socket, boost::asio::buffer(piece), error);
                piece = "X: y\r\n";
                std::this_thread::sleep_for(milliseconds(20));
            }
        });
    }

    ~Hanging() {
        if (thread.joinable()) thread.join();
    }

    TemporaryDirectory directory;
    std::string path = directory.file("socket");
    boost::asio::io_context io;
    Protocol::acceptor acceptor{io, Protocol::endpoint(path)};
    std::thread thread;
};

milliseconds time_of_completion(const std::string& path, Words words) {
    SocketClient client(path);
    Interpreter interpreter(client);
    const auto begin = steady_clock::now();
    completion_lines(interpreter, std::move(words));
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a daemon that hangs keeps nobody at the prompt") {
    for (const bool talks : {false, true}) {
        CAPTURE(talks);
        const Hanging daemon(talks);
        for (const auto& words : {Words{"why", "down", ""}, Words{"why", "10."},
                                  Words{"policy", "test", "dx1", "in", "policy", ""}}) {
            const auto took = time_of_completion(daemon.path, words);
            CHECK(took >= milliseconds(250));
            CHECK(took < seconds(3));  // not for ever, on a machine that is busy too
            if (talks) break;          // it answers one
        }
    }
}

TEST_CASE("who asks a daemon that hangs is told so, whether it has begun to answer or not") {
    for (const bool talks : {false, true}) {
        CAPTURE(talks);
        const Hanging daemon(talks);
        SocketClient client(daemon.path);
        const dx::cli::Client::Patience short_one(client, milliseconds(talks ? 10 : 100));
        CHECK_THROWS_WITH(client.get("/v1/version"),
                          "dxrouted has not answered in time: it hangs or is stopped "
                          "(systemctl status dxrouted)");
    }
}

TEST_CASE("a time limit within another gives that one back") {
    class Limits : public SocketClient {
    public:
        using SocketClient::patience;
        using SocketClient::SocketClient;
        using SocketClient::until;
    } client("/nonexistent");

    const auto now = std::chrono::steady_clock::now();
    const dx::cli::Client::Patience long_one(client, std::chrono::minutes(2));
    const dx::cli::Client::Until soon(client, now + seconds(1));
    {
        const dx::cli::Client::Patience short_one(client, milliseconds(100));
        const dx::cli::Client::Until now_already(client, now);
        CHECK(client.patience() == milliseconds(100));
        CHECK(client.until() == now);
    }
    CHECK(client.patience() == std::chrono::minutes(2));
    CHECK(client.until() == now + seconds(1));
}

TEST_CASE("a daemon that is not there keeps nobody at all") {
    const TemporaryDirectory directory;
    CHECK(time_of_completion(directory.file("none"), {"why", "down", ""}) < seconds(3));
}

TEST_CASE("of a table that stalls those names are offered that have come") {
    class Stalling : public dx::cli::Client {
    public:
        void stream(const std::string&, const Take& take) override {
            take("{\"routes\":{\n\"10.0.0.0/16\":[{}]\n,\"10.20.0.0/24\":[{}]\n,\"10.30");
            throw Failure("dxrouted has not answered in time");
        }

        std::string post(const std::string&, const std::string&) override { return {}; }
    } client;

    LiveNames names(client);
    CHECK(names.of("PREFIX", {}, "10.") == Words{"10.0.0.0/16", "10.20.0.0/24"});
}

TEST_CASE("the names of policies are completed, and those that are always there") {
    auto router = example_router();
    router.config_view.text = "policies:\n  from-aws:\n    - {then: accept}\n  from-lan: []\n";
    DirectClient client(router);
    LiveNames names(client);
    CHECK(names.of("POLICY", {}, "") == Words{"accept-all", "from-aws", "from-lan", "reject-all"});
    CHECK(names.of("POLICY", {}, "from-l") == Words{"from-lan"});
    router.config_view.text = "router: {asn: 1}\n";
    CHECK(names.of("POLICY", {}, "a") == Words{"accept-all"});
    router.config_view.text = "policies: [";
    CHECK(names.of("POLICY", {}, "").empty());
}
