// The server over real sockets: what clients do to it, and that none of it matters to the others.
#include "daemon/control/server.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <cstring>
#include <future>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/example_router.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::control;

namespace {

class RawClient {
public:
    explicit RawClient(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un to{};
        to.sun_family = AF_UNIX;
        path.copy(to.sun_path, sizeof to.sun_path - 1);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }

    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    ~RawClient() { ::close(socket_); }

    void send(std::string_view text) const {
        while (!text.empty()) {
            const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void get(const std::string& target, const char* more = "") const {
        send("GET " + target + " HTTP/1.1\r\nHost: dx\r\n" + more + "\r\n");
    }

    // What comes until `end` stands in it, the connection ends, or two seconds pass.
    std::string read_until(std::string_view end) {
        std::string all;
        char bytes[65536];
        while (end.empty() || all.find(end) == std::string::npos) {
            pollfd ready{socket_, POLLIN, 0};
            if (::poll(&ready, 1, 2000) <= 0) return all + "<timeout>";
            const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
            if (count <= 0) break;
            all.append(bytes, static_cast<std::size_t>(count));
        }
        return all;
    }

    std::string read_to_end() { return read_until(""); }

private:
    int socket_;
};

// A server on a thread of its own, as the routing thread is one.
class Running {
public:
    explicit Running(ServerLimits limits = {}) : router(example_router()) {
        server_.emplace(
            context_.get_executor(), api_, [this](std::string_view) { ++bugs; }, limits);
        REQUIRE(server_->listen({path(), "", true}).has_value());
        thread_ = std::thread([this] { context_.run(); });
    }

    ~Running() {
        boost::asio::post(context_, [this] { server_->stop(); });
        work_.reset();
        thread_.join();
        server_.reset();
    }

    std::string path() const { return directory_.file("control.sock"); }

    std::uint16_t listen_tcp() {
        return on_thread([&] { return *server_->listen(address("127.0.0.1"), 0); });
    }

    template <class Task>
    auto on_thread(Task task) -> decltype(task()) {
        std::packaged_task<decltype(task())()> packaged(std::move(task));
        auto done = packaged.get_future();
        boost::asio::post(context_, [&] { packaged(); });
        return done.get();
    }

    Server& server() { return *server_; }

    FakeRouter router;
    std::atomic<int> bugs = 0;

private:
    TemporaryDirectory directory_;
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        context_.get_executor()};
    Api api_{router, router, router};
    std::optional<Server> server_;
    std::thread thread_;
};

ServerLimits quick(std::chrono::milliseconds read_time = 100ms) {
    ServerLimits limits;
    limits.read_time = read_time;
    return limits;
}

void fill(FakeRouter& router, std::uint32_t count) {
    BgpRouteView route;
    route.paths = {bgp_path("169.254.10.1", 200, 64512)};
    for (std::uint32_t i = 0; i < count; ++i) {
        route.prefix = dx::net::Prefix(dx::net::IpAddress::v4(0x14000000 + (i << 8)), 24);
        router.bgp_tables[0].push_back(route);
    }
}

}  // namespace

TEST_CASE("a client is answered, and may ask again on the same connection") {
    Running daemon;
    RawClient client(daemon.path());
    for (int i = 0; i < 3; ++i) {
        client.get("/v1/bgp/summary");
        const auto reply = client.read_until("\"bestPath\":{\"multiPathRelax\":\"true\"}}}\n");
        CHECK(reply.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(reply.find("Content-Type: application/json\r\n") != std::string::npos);
    }
    client.get("/v1/version", "Connection: close\r\n");
    CHECK(client.read_to_end().find("\"schema\":1") != std::string::npos);
}

TEST_CASE("HEAD has the header alone") {
    Running daemon;
    RawClient client(daemon.path());
    client.send("HEAD /v1/version HTTP/1.1\r\nHost: dx\r\nConnection: close\r\n\r\n");
    const auto reply = client.read_to_end();
    CHECK(reply.starts_with("HTTP/1.1 200"));
    CHECK(reply.find("Content-Length: ") != std::string::npos);
    CHECK(reply.ends_with("\r\n\r\n"));
}

TEST_CASE("errors are JSON and the verb that would do is named") {
    Running daemon;
    RawClient client(daemon.path());
    client.get("/v1/clear");
    auto reply = client.read_until("}\n");
    CHECK(reply.starts_with("HTTP/1.1 405"));
    CHECK(reply.find("Allow: POST\r\n") != std::string::npos);
    client.get("/nothing");
    reply = client.read_until("}\n");
    CHECK(reply.starts_with("HTTP/1.1 404"));
    CHECK(reply.find("{\"schema\":1,\"error\":") != std::string::npos);
    client.get("/v1/bgp/routes?prefix=%zz");
    CHECK(client.read_until("}\n").starts_with("HTTP/1.1 400"));
}

TEST_CASE("what is not HTTP is answered with 400 and the connection ends") {
    Running daemon;
    for (const auto* nonsense :
         {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x1d\x01 \r\n\r\n",
          "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"}) {
        RawClient client(daemon.path());
        client.send(nonsense);
        CHECK(client.read_to_end().starts_with("HTTP/1.1 400"));
    }
    RawClient(daemon.path()).get("/v1/version");
}

TEST_CASE("a header or body beyond the limit is refused without being read") {
    Running daemon;
    RawClient long_header(daemon.path());
    long_header.get("/v1/version", ("X: " + std::string(9000, 'x') + "\r\n").c_str());
    CHECK(long_header.read_to_end().starts_with("HTTP/1.1 431"));
    RawClient long_body(daemon.path());
    long_body.send("POST /v1/clear HTTP/1.1\r\nHost: dx\r\nContent-Length: 16777217\r\n\r\n");
    CHECK(long_body.read_to_end().starts_with("HTTP/1.1 413"));
    CHECK(daemon.router.clears.empty());
}

TEST_CASE("a client that sends a byte now and then is cut off, others are served meanwhile") {
    Running daemon(quick());
    RawClient slow(daemon.path());
    RawClient silent(daemon.path());
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 6; ++i) {
        slow.send("G");
        RawClient other(daemon.path());
        other.get("/v1/version", "Connection: close\r\n");
        CHECK(other.read_to_end().starts_with("HTTP/1.1 200"));
        std::this_thread::sleep_for(20ms);
    }
    slow.read_to_end();
    silent.read_to_end();
    CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("one connection too many is turned away with 503; a place that is free again is given") {
    auto limits = quick(1s);
    limits.connections = 2;
    Running daemon(limits);
    {
        RawClient first(daemon.path());
        RawClient second(daemon.path());
        first.get("/v1/version");
        second.get("/v1/version");
        first.read_until("}\n");
        second.read_until("}\n");
        RawClient third(daemon.path());
        CHECK(third.read_to_end().starts_with("HTTP/1.1 503"));
    }
    for (int tries = 0; tries < 50; ++tries) {
        RawClient again(daemon.path());
        again.get("/v1/version", "Connection: close\r\n");
        if (again.read_to_end().starts_with("HTTP/1.1 200")) return;
        std::this_thread::sleep_for(10ms);
    }
    FAIL("the places were not given back");
}

TEST_CASE("a large table streams in chunks, whole and in order") {
    Running daemon;
    fill(daemon.router, 5000);
    RawClient client(daemon.path());
    client.get("/v1/bgp/routes", "Connection: close\r\n");
    const auto reply = client.read_to_end();
    CHECK(reply.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(reply.ends_with("\r\n0\r\n\r\n"));
    CHECK(reply.find("\"totalRoutes\":5002") != std::string::npos);
}

TEST_CASE("HTTP/1.0 gets a table without chunks") {
    Running daemon;
    RawClient client(daemon.path());
    client.send("GET /v1/routes HTTP/1.0\r\n\r\n");
    const auto reply = client.read_to_end();
    CHECK(reply.find("chunked") == std::string::npos);
    CHECK(reply.find("\r\n\r\n{\n\"0.0.0.0/0\"") != std::string::npos);
    CHECK(reply.ends_with("]\n}\n"));
}

TEST_CASE("nothing more is made for a client that does not read") {
    Running daemon;
    fill(daemon.router, 15000);  // some 5 MiB
    RawClient sleeper(daemon.path());
    sleeper.get("/v1/bgp/routes");
    std::this_thread::sleep_for(200ms);
    RawClient other(daemon.path());
    other.get("/v1/version", "Connection: close\r\n");
    CHECK(other.read_to_end().starts_with("HTTP/1.1 200"));
    const auto made = daemon.on_thread([&] { return daemon.router.calls_of_next; });
    CHECK(made > 0);
    CHECK(made < 15000 / 64 / 2);
}

TEST_CASE("a client that goes away in the middle of a table is forgotten") {
    Running daemon;
    fill(daemon.router, 15000);
    {
        RawClient client(daemon.path());
        client.get("/v1/bgp/routes");
        client.read_until("\"20.0.0.0/24\"");
    }
    RawClient other(daemon.path());
    other.get("/v1/version", "Connection: close\r\n");
    CHECK(other.read_to_end().starts_with("HTTP/1.1 200"));
}

TEST_CASE("a command arrives with its body") {
    Running daemon;
    RawClient client(daemon.path());
    const std::string body = R"({"neighbor":"dx-primary","soft":"out"})";
    client.send("POST /v1/clear HTTP/1.1\r\nHost: dx\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    CHECK(client.read_until("}\n").starts_with("HTTP/1.1 200"));
    const auto kind = daemon.on_thread([&] { return daemon.router.clears.at(0).kind; });
    CHECK(kind == ClearRequest::Kind::SoftOut);
}

TEST_CASE("over TCP one may look, not touch") {
    Running daemon;
    const auto port = daemon.listen_tcp();
    RawClient reader(port);
    reader.get("/v1/bgp/summary", "Connection: close\r\n");
    CHECK(reader.read_to_end().starts_with("HTTP/1.1 200"));
    RawClient writer(port);
    writer.send("POST /v1/reload HTTP/1.1\r\nHost: dx\r\nContent-Length: 0\r\n\r\n");
    CHECK(writer.read_until("}\n").starts_with("HTTP/1.1 403"));
    CHECK(daemon.router.reloads == 0);
}

TEST_CASE("a TCP address that does not exist yet is waited for") {
    FakeRouter router;
    boost::asio::io_context context;
    const Api api(router, router, router);
    Server server(context.get_executor(), api, {});
    CHECK(server.listen(address("203.0.113.77"), 0).has_value());
    CHECK(server.listen(address("2001:db8::77"), 0).has_value());
}

TEST_CASE("a TCP address that is taken is an error in words") {
    Running daemon;
    const auto port = daemon.listen_tcp();
    boost::asio::io_context context;
    const Api api(daemon.router, daemon.router, daemon.router);
    Server other(context.get_executor(), api, {});
    const auto refused = other.listen(address("127.0.0.1"), port);
    REQUIRE(refused.has_error());
    CHECK(refused.error().find("127.0.0.1 port ") == 0);
}

TEST_CASE("stopping ends open connections and removes the socket") {
    Running daemon;
    RawClient idle(daemon.path());
    RawClient asking(daemon.path());
    asking.get("/v1/version");
    asking.read_until("}\n");
    daemon.on_thread([&] { return daemon.server().stop(), 0; });
    CHECK(idle.read_to_end().empty());
    CHECK(asking.read_to_end().empty());
    CHECK(::access(daemon.path().c_str(), F_OK) != 0);
}

TEST_CASE("a handler that throws is a 500 and is reported, and the server lives on") {
    class Broken : public FakeRouter {
    public:
        BgpView bgp() const override { throw std::runtime_error("broken"); }
    };

    Broken router;
    const Api api(router, router, router);
    boost::asio::io_context context;
    int bugs = 0;
    Server server(context.get_executor(), api, [&](std::string_view) { ++bugs; });
    const TemporaryDirectory directory;
    REQUIRE(server.listen({directory.file("s"), "", true}).has_value());
    RawClient client(directory.file("s"));
    client.get("/v1/bgp/summary");
    client.get("/v1/version", "Connection: close\r\n");
    context.run_for(100ms);
    const auto replies = client.read_to_end();
    CHECK(replies.starts_with("HTTP/1.1 500"));
    CHECK(replies.find("HTTP/1.1 200") != std::string::npos);
    CHECK(bugs == 1);
    server.stop();
    context.run_for(10ms);
}
