// Programs and servers that are really run and asked.
#include "daemon/hook_thread.hpp"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include "daemon/config/hook_keys.hpp"
#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::daemon;
using namespace std::chrono_literals;
using Outcome = HookResult::Outcome;

namespace {

namespace fs = std::filesystem;
using tcp = boost::asio::ip::tcp;

struct Lab {
    Lab() {
        std::string name = fs::temp_directory_path() / "dx-hooks-XXXXXX";
        directory = ::mkdtemp(name.data());
    }

    ~Lab() { fs::remove_all(directory); }

    HookResult run(HookJob job) {
        std::optional<HookResult> result;
        thread.run(std::move(job), [&](HookResult told) { result = std::move(told); });
        CHECK_FALSE(result);  // never from within
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!result && std::chrono::steady_clock::now() < until)
            io.run_for(10ms);
        REQUIRE(result);
        return *result;
    }

    HookResult shell(const std::string& script, std::chrono::milliseconds timeout = 10s) {
        HookJob job;
        job.hook.command = {"/bin/sh", "-c", script, "sh", (directory / "out").string()};
        job.hook.timeout = timeout;
        job.body = "{\"event\":\"neighbor-down\"}\n";
        job.environment = {"PATH=/usr/bin:/bin", "DXROUTED_TEXT=a; b"};
        return run(std::move(job));
    }

    std::string output() const {
        std::ifstream file(directory / "out");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    fs::path directory;
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    HookThread thread{io};
};

// Not gone, nor dead and waiting for init.
bool runs(int process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string number, name, state;
    return file >> number >> name >> state && state != "Z";
}

HookJob webhook(const std::string& url, std::chrono::milliseconds timeout = 10s) {
    HookJob job;
    job.hook.webhook = config::parse_webhook(url);
    REQUIRE(job.hook.webhook);
    job.hook.timeout = timeout;
    job.body = "{\"event\":\"neighbor-down\"}\n";
    return job;
}

}  // namespace

TEST_CASE("a program has the event on stdin and in its environment, and nothing else of ours") {
    Lab lab;
    const int secret = ::open("/dev/null", O_RDONLY);  // without CLOEXEC
    CHECK(lab.shell("cat > $1; env | sort >> $1; ls /proc/self/fd | wc -l >> $1").outcome ==
          Outcome::Done);
    ::close(secret);
    const auto said = lab.output();
    CHECK(said.starts_with("{\"event\":\"neighbor-down\"}\n"));
    CHECK(said.find("DXROUTED_TEXT=a; b\n") != std::string::npos);
    CHECK(said.find("HOME=") == std::string::npos);
    CHECK(said.ends_with("\n4\n"));  // stdin, stdout, stderr, and ls's directory
}

TEST_CASE("a program's end is told as it was") {
    Lab lab;
    CHECK(lab.shell("exit 0").outcome == Outcome::Done);
    CHECK(lab.shell("exit 3").text == "exit code 3");
    CHECK(lab.shell("kill -SEGV $$").text == "killed by signal 11");
    HookJob job;
    job.hook.command = {"/no/such/program"};
    const auto missing = lab.run(std::move(job));
    CHECK(missing.outcome == Outcome::Failed);
    CHECK(missing.text == "it cannot be started: No such file or directory");
}

TEST_CASE("a program that hangs is killed with all that it started") {
    Lab lab;
    const auto before = std::chrono::steady_clock::now();
    const auto hung = lab.shell("trap '' TERM; sleep 60 & echo $! > $1; sleep 60", 300ms);
    CHECK(hung.outcome == Outcome::TimedOut);
    CHECK(hung.text == "killed after 0.3 s");
    CHECK(std::chrono::steady_clock::now() - before < 5s);
    const auto orphan = std::stoi(lab.output());
    for (int i = 0; i < 100 && runs(orphan); ++i)
        std::this_thread::sleep_for(10ms);
    CHECK_FALSE(runs(orphan));
}

TEST_CASE("what a program leaves running is killed when it ends") {
    Lab lab;
    CHECK(lab.shell("sleep 60 & echo $! > $1").outcome == Outcome::Done);
    const auto orphan = std::stoi(lab.output());
    for (int i = 0; i < 100 && runs(orphan); ++i)
        std::this_thread::sleep_for(10ms);
    CHECK_FALSE(runs(orphan));
}

TEST_CASE("a program has no capabilities, nor has it blocked signals") {
    Lab lab;
    CHECK(lab.shell("grep -E 'CapAmb|SigBlk' /proc/self/status > $1").outcome == Outcome::Done);
    CHECK(lab.output() == "SigBlk:\t0000000000000000\nCapAmb:\t0000000000000000\n");
}

TEST_CASE("several hooks run at once, and the end does not wait for them") {
    const auto before = std::chrono::steady_clock::now();
    {
        Lab lab;
        for (int i = 0; i < 3; ++i) {
            HookJob job;
            job.hook.command = {"/bin/sleep", "60"};
            lab.thread.run(std::move(job), [](HookResult) {});
        }
        CHECK(lab.shell("exit 0").outcome == Outcome::Done);
    }
    CHECK(std::chrono::steady_clock::now() - before < 10s);
}

TEST_CASE("a webhook is posted the event") {
    Lab lab;
    boost::asio::io_context server;
    tcp::acceptor acceptor(server, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto url =
        "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/alert?box=1";
    const auto answered = [&](const std::string& answer) {
        std::string request;
        std::thread thread([&] {
            auto socket = acceptor.accept();
            boost::asio::streambuf buffer;
            boost::system::error_code error;
            boost::asio::read_until(socket, buffer, "}\n", error);
            request = {std::istreambuf_iterator<char>(&buffer), {}};
            boost::asio::write(socket, boost::asio::buffer(answer), error);
        });
        auto result = lab.run(webhook(url));
        thread.join();
        return std::pair(result, request);
    };
    const auto [good, request] = answered("HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(good.outcome == Outcome::Done);
    CHECK(request.starts_with("POST /alert?box=1 HTTP/1.1\r\n"));
    CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\n\r\n{\"event\":\"neighbor-down\"}\n"));
    CHECK(answered("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n").first.text == "answered 500");
    CHECK(answered("no HTTP at all\r\n\r\n").first.outcome == Outcome::Failed);
}

TEST_CASE("a webhook that is not there, or does not answer, is a failure in time") {
    Lab lab;
    boost::asio::io_context server;
    tcp::acceptor acceptor(server, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    const auto silent = lab.run(webhook(url, 200ms));
    CHECK(silent.outcome == Outcome::TimedOut);
    CHECK(silent.text == "no answer in 0.2 s");
    acceptor.close();
    CHECK(lab.run(webhook(url)).text == "Connection refused");
}
