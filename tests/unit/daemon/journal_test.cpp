#include "daemon/journal.hpp"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

namespace dx::daemon {

namespace {

// A disk in memory, which may be full. It is used on the disk thread, and read between two jobs.
struct TestStore : JournalStore {
    std::string load() override { return content; }

    std::string append(std::string_view lines) override {
        if (full) {
            content += lines.substr(0, lines.size() / 2);  // as a full disk does
            return "No space left on device";
        }
        content += lines;
        ++appends;
        return {};
    }

    std::string replace(std::string_view lines) override {
        if (full) return "No space left on device";
        content = lines;
        ++replaces;
        return {};
    }

    std::string content;
    bool full = false;
    int appends = 0;
    int replaces = 0;
};

struct Bench {
    explicit Bench(std::shared_ptr<JournalStore> on, Journal::Limits limits = {.retry = {}})
        : disk(routing),
          journal(
              events, disk, std::move(on),
              [this](bool trouble, const std::string& text) {
                  told.push_back((trouble ? "trouble: " : "over: ") + text);
              },
              limits) {}

    void publish(EventKind kind, std::string text = {}, std::string neighbor = "dx1") {
        events.publish({kind, std::move(neighbor), std::move(text), {}});
    }

    void settle() {
        routing.restart();  // it has run out of work before
        while (disk.waiting() > 0)
            routing.run_one();
    }

    std::size_t kept(std::size_t count = 1000) { return journal.history("dx1", count).size(); }

    boost::asio::io_context routing{1};
    EventStream events;
    Disk disk;
    std::vector<std::string> told;
    Journal journal;
};

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("The history goes on over restarts") {
    const auto store = std::make_shared<TestStore>();
    {
        Bench first(store);
        first.publish(EventKind::Started, "first", "");
        first.publish(EventKind::Established, "up");
        first.publish(EventKind::Down, "gone");
        first.publish(EventKind::Established, "up", "dx2");
        first.publish(EventKind::Stopped, "SIGTERM", "");
    }  // what waits is written
    Bench second(store);
    second.journal.load({"dx1", "dx2"});
    CHECK(second.journal.last_run_ended());
    second.publish(EventKind::Started, "second", "");
    const auto history = second.journal.history("dx1", 1000);
    REQUIRE(history.size() == 5);
    CHECK(history[1].find(R"("sequence":2)") != std::string::npos);
    CHECK(history[4].find(R"("sequence":6)") != std::string::npos);
    CHECK(second.journal.history("dx1", 2) == std::vector(history.end() - 2, history.end()));
}

TEST_CASE("A run that ended without a word is noticed") {
    const auto store = std::make_shared<TestStore>();
    {
        Bench first(store);
        first.publish(EventKind::Started, "first", "");
        first.publish(EventKind::Established);
    }
    Bench second(store);
    second.journal.load({"dx1"});
    CHECK(!second.journal.last_run_ended());
}

TEST_CASE("A torn last line costs that line alone, and the file is whole again") {
    const auto store = std::make_shared<TestStore>();
    {
        Bench first(store);
        first.publish(EventKind::Established);
        first.publish(EventKind::Down);
    }
    store->content.resize(store->content.size() - 20);
    Bench second(store);
    second.journal.load({"dx1"});
    CHECK(second.kept() == 1);
    second.publish(EventKind::Established);
    second.settle();
    CHECK(store->replaces == 1);
    Bench third(store);
    third.journal.load({"dx1"});
    CHECK(third.kept() == 2);
}

TEST_CASE("Nonsense in the file is no event") {
    const auto store = std::make_shared<TestStore>();
    store->content =
        "\n{}\n[]\n\xff\n{\"sequence\":\"x\",\"event\":\"down\"}\n{\"sequence\":3,"
        "\"event\":\"down\",\"neighbor\":\"dx1\"}\n";
    Bench bench(store);
    bench.journal.load({"dx1"});
    CHECK(bench.kept() == 1);
}

TEST_CASE("Of neighbors that are configured no more the latest few are kept, over restarts too") {
    const auto store = std::make_shared<TestStore>();
    const Journal::Limits limits{.former = 2, .retry = {}};
    const auto kept_of = [](const Bench& bench, const char* name) {
        return bench.journal.history(name, 10).size();
    };
    {
        Bench first(store, limits);
        first.journal.load({"dx1", "a", "b", "c"});
        for (const auto* name : {"b", "a", "c", "dx1"})
            first.publish(EventKind::Established, "up", name);
        first.journal.follow({"dx1", "a", "b"});
        CHECK(kept_of(first, "c") == 1);
        first.journal.follow({"dx1"});  // "b" has been silent for longest
        CHECK(kept_of(first, "b") == 0);
        CHECK(kept_of(first, "a") == 1);
        first.journal.follow({"dx1", "a"});  // back, with its history
        first.publish(EventKind::Down, "gone", "d");
        first.publish(EventKind::Down, "gone", "e");  // removed, and their last words come late
        CHECK(kept_of(first, "c") == 0);
        CHECK(kept_of(first, "a") == 1);
    }
    Bench second(store, limits);
    second.journal.load({"dx1"});
    CHECK(kept_of(second, "dx1") == 1);
    CHECK(kept_of(second, "d") + kept_of(second, "e") == 2);
    CHECK(kept_of(second, "a") == 0);
}

TEST_CASE("What a gateway does is in every history and pushes nothing of the router's out of it") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store, {.events = 10, .retry = {}});
    bench.publish(EventKind::Started, "first", "");
    for (int i = 0; i < 30; ++i)
        bench.events.publish(
            {EventKind::GatewayDown, {}, "silent", {{"gateway", std::string("192.0.2.1")}}});
    CHECK(bench.kept() == 11);
    CHECK(bench.journal.history("dx1", 11).front().find("first") != std::string::npos);
    bench.settle();
    Bench next(store, {.events = 10, .retry = {}});
    next.journal.load({"dx1"});
    CHECK(next.kept() == 11);
}

TEST_CASE("A gateway that comes and goes leaves room for what else a history shows") {
    Bench bench(std::make_shared<TestStore>());
    for (int i = 0; i < 4; ++i)
        bench.publish(EventKind::Down, "the neighbor");
    for (int i = 0; i < 30; ++i)
        bench.events.publish(
            {EventKind::GatewayDown, {}, "silent", {{"gateway", std::string("192.0.2.1")}}});
    const auto history = bench.journal.history("dx1", 5);
    REQUIRE(history.size() == 5);  // 2 of the gateway's at most
    CHECK(history[2].find("the neighbor") != std::string::npos);
    CHECK(history[4].find("silent") != std::string::npos);
}

TEST_CASE("The latest start is kept whatever the kernel does, so that a run without an end shows") {
    const auto store = std::make_shared<TestStore>();
    {
        Bench first(store, {.events = 10, .file_bytes = 100, .retry = {}});
        first.publish(EventKind::Started, "first", "");
        first.publish(EventKind::Stopped, "SIGTERM", "");
        first.publish(EventKind::Started, "second", "");
        for (int i = 0; i < 30; ++i) {
            first.publish(EventKind::Kernel, "conflict", "");
            first.settle();
        }
        CHECK(first.kept() == 10);
    }
    CHECK(store->content.find("first") == std::string::npos);
    Bench second(store);
    second.journal.load({"dx1"});
    CHECK(!second.journal.last_run_ended());
}

TEST_CASE("One neighbor's events never push another's out, and the file stays bounded") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store, {.events = 10, .file_bytes = 4096, .retry = {}});
    bench.publish(EventKind::Down, "the quiet one", "dx2");
    for (int i = 0; i < 1000; ++i) {
        bench.publish(EventKind::Established);
        bench.publish(EventKind::Down);
        bench.settle();
        CHECK(store->content.size() < 8192);
    }
    CHECK(bench.kept() == 10);
    CHECK(bench.journal.history("dx2", 10).size() == 1);
    CHECK(store->replaces > 0);
    CHECK(store->content.find("the quiet one") != std::string::npos);
}

TEST_CASE("Attempts that go on do not push out what ended the session") {
    Bench bench(std::make_shared<TestStore>());
    bench.publish(EventKind::Down, "the cause");
    for (int i = 0; i < 1000; ++i) {
        bench.publish(EventKind::StateChanged, "Idle -> Connect");
        bench.publish(EventKind::StateChanged, "Connect -> Idle");
        bench.publish(EventKind::AttemptFailed, "refused " + std::to_string(i));
    }
    CHECK(bench.kept() < 50);
    CHECK(bench.journal.history("dx1", 1000).front().find("the cause") != std::string::npos);
    bench.publish(EventKind::Established);
    bench.publish(EventKind::StateChanged, "Idle -> Connect");  // news again
    CHECK(bench.journal.history("dx1", 1).front().find("Idle") != std::string::npos);
}

TEST_CASE("A full disk is told of once; then nothing that happened meanwhile is missing") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store);
    bench.publish(EventKind::Established);
    bench.settle();
    store->full = true;
    for (int i = 0; i < 5; ++i) {
        bench.publish(EventKind::Down);
        bench.settle();
        bench.publish(EventKind::Established);
        bench.settle();
    }
    CHECK(bench.told == std::vector<std::string>{"trouble: No space left on device"});
    CHECK(bench.kept() == 11);
    store->full = false;
    bench.publish(EventKind::Down);
    bench.settle();
    CHECK(bench.told.size() == 2);
    CHECK(lines_in(store->content) == 12);
    Bench next(store);
    next.journal.load({"dx1"});
    CHECK(next.kept() == 12);
}

TEST_CASE("More events than the disk takes are in the file in the end") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store, {.waiting_bytes = 1000, .retry = {}});
    for (int i = 0; i < 100; ++i)
        bench.publish(EventKind::Down, std::to_string(i));
    bench.settle();
    CHECK(lines_in(store->content) == 100);
}

TEST_CASE("A full disk is not asked again at once") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store, {.retry = std::chrono::hours(1)});
    store->full = true;
    bench.publish(EventKind::Down);
    bench.settle();
    store->full = false;
    bench.publish(EventKind::Down);
    CHECK(bench.disk.waiting() == 0);
}

TEST_CASE("What is amiss is known, and it can be tried again without another event") {
    const auto store = std::make_shared<TestStore>();
    Bench bench(store, {.retry = {}});
    store->full = true;
    bench.publish(EventKind::Down);
    bench.settle();
    CHECK(bench.journal.trouble() == "No space left on device");
    store->full = false;
    bench.journal.try_again();
    bench.settle();
    CHECK(bench.journal.trouble().empty());
    CHECK(lines_in(store->content) == 1);
}

TEST_CASE("The file is its owner's alone, and replaced as a whole") {
    const control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    JournalFile file(state);
    CHECK(file.load().empty());
    CHECK(file.append("one\n").empty());
    CHECK(file.append("two\n").empty());
    CHECK(file.load() == "one\ntwo\n");
    struct stat status{};
    REQUIRE(::stat((state / "journal" / "events.jsonl").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    REQUIRE(::stat((state / "journal").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    CHECK(file.replace("three\n").empty());
    CHECK(file.load() == "three\n");
    CHECK(!std::filesystem::exists(state / "journal" / "events.jsonl.new"));
}

TEST_CASE("A state directory that is a file is told of") {
    const control::TemporaryDirectory directory;
    const std::filesystem::path state = directory.file("state");
    std::ofstream(state) << "in the way";
    JournalFile file(state);
    CHECK(file.load().empty());
    CHECK(file.append("one\n").find("journal") != std::string::npos);
    CHECK(!file.replace("one\n").empty());
}

}  // namespace dx::daemon
