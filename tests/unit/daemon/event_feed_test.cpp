#include "daemon/event_feed.hpp"

#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "tests/support/catch.hpp"

namespace dx::daemon {

namespace {

struct Client {
    explicit Client(std::string neighbor, EventFeed::Limits limits = {})
        : feed(
              std::make_unique<EventFeed>(io.get_executor(), events, std::move(neighbor), limits)) {
        REQUIRE(next().find("heartbeat") != std::string::npos);  // "I hear you now"
    }

    void ask() {
        piece.reset();
        feed->next([this](std::string text, bool more) {
            CHECK(more);
            piece = std::move(text);
        });
    }

    std::string next() {
        ask();
        io.restart();
        while (!piece)
            io.run_one();
        return *piece;
    }

    void publish(std::string neighbor, std::string text) {
        events.publish({EventKind::Down, std::move(neighbor), std::move(text), {}});
    }

    boost::asio::io_context io{1};
    EventStream events;
    std::unique_ptr<EventFeed> feed;
    std::optional<std::string> piece;
};

}  // namespace

TEST_CASE("A client that waits hears an event at once") {
    Client client("", {.heartbeat = std::chrono::hours(1)});
    client.ask();
    client.publish("dx1", "gone");
    client.io.restart();
    while (!client.piece)
        client.io.run_one();
    CHECK(client.piece->find("gone") != std::string::npos);
    CHECK(client.piece->ends_with("}\n"));
}

TEST_CASE("What happens between two questions waits for the second") {
    Client client("", {.heartbeat = std::chrono::hours(1)});
    client.publish("dx1", "first");
    client.publish("dx2", "second");
    const auto piece = client.next();
    CHECK(piece.find("first") < piece.find("second"));
    CHECK(piece.find("second") != std::string::npos);
}

TEST_CASE("A feed of one neighbor has that one's events and the router's") {
    Client client("dx1");
    client.publish("dx2", "other");
    client.publish("", "router");
    client.publish("dx1", "own");
    const auto piece = client.next();
    CHECK(piece.find("other") == std::string::npos);
    CHECK(piece.find("router") != std::string::npos);
    CHECK(piece.find("own") != std::string::npos);
}

TEST_CASE("Where nothing happens there is a heartbeat") {
    Client client("", {.heartbeat = std::chrono::milliseconds(1)});
    CHECK(client.next().find(R"("event":"heartbeat")") != std::string::npos);
}

TEST_CASE("A client that does not read costs no more than its bound, and is told what it missed") {
    Client client("", {.waiting_bytes = 500});
    for (int i = 0; i < 100; ++i)
        client.publish("dx1", "event");
    const auto piece = client.next();
    CHECK(piece.size() < 600);
    CHECK(piece.find(R"({"event":"missed","count":9)") != std::string::npos);
    client.publish("dx1", "fresh");
    CHECK(client.next().find("fresh") != std::string::npos);
}

TEST_CASE("A client may leave while it waits") {
    Client client("");
    client.ask();
    client.feed.reset();
    client.publish("dx1", "nobody hears");
    CHECK(!client.piece);
}

}  // namespace dx::daemon
