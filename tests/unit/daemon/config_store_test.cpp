#include "daemon/config_store.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "daemon/config_recovery.hpp"
#include "daemon/durable_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

namespace dx::daemon {

namespace {

using std::chrono::seconds;

struct Crash {};  // none of what the store catches: nothing is tidied up after it

struct Place {
    Place() { write("old\n"); }

    void write(std::string_view text) const {
        std::ofstream(files.config, std::ios::binary | std::ios::trunc) << text;
    }

    std::string file() const { return read_whole(files.config).value(); }

    ConfigStore store() const { return ConfigStore(files); }

    // Applies `text`, and stops before the step with that number; false where it got to the end.
    bool apply_until(int step, std::string_view text, std::optional<seconds> confirm) const {
        ConfigStore store(files, [step](std::string_view) mutable {
            if (step-- == 0) throw Crash();
        });
        try {
            store.put(text, "old\n", {Deed::Apply}, confirm);
            return false;
        } catch (const Crash&) {
            return true;
        }
    }

    control::TemporaryDirectory directory;
    Files files{directory.file("dxrouted.yaml"), directory.file("state")};
};

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("What is applied is in the file and in the history, with who and why") {
    const Place place;
    auto store = place.store();
    const auto entry = store.put("new\n", "old\n", {Deed::Apply, 1000, "why"}, {});
    CHECK(place.file() == "new\n");
    CHECK(!store.pending());
    const auto history = store.history();
    REQUIRE(history.size() == 2);
    CHECK(history[0].origin.deed == Deed::Found);
    CHECK(history[0].text == "old\n");
    CHECK(history[1].number == entry.number);
    CHECK(history[1].origin.deed == Deed::Apply);
    CHECK(history[1].origin.user == 1000u);
    CHECK(history[1].origin.comment == "why");
    CHECK(history[1].text == "new\n");
}

TEST_CASE("The history and what waits are for their owner alone, the file's mode stays") {
    const Place place;
    ::chmod(place.files.config.c_str(), 0640);
    auto store = place.store();
    store.put("new\n", "old\n", {Deed::Apply}, seconds(60));
    CHECK(mode_of(place.files.config) == 0640);
    CHECK(mode_of(place.files.state) == 0700);
    CHECK(mode_of(place.files.state / "history") == 0700);
    CHECK(mode_of(place.files.state / "history" / "1.json") == 0600);
    CHECK(mode_of(place.files.state / "pending.json") == 0600);
}

TEST_CASE("A change waits for its confirmation, and no second one beside it") {
    const Place place;
    auto store = place.store();
    const auto entry = store.put("new\n", "old\n", {Deed::Apply}, seconds(60));
    REQUIRE(store.pending());
    CHECK(store.pending()->previous == "old\n");
    CHECK_THROWS(store.put("other\n", "new\n", {Deed::Apply}, {}));
    CHECK(place.file() == "new\n");
    CHECK(store.pending());
    CHECK(!store.entry(entry.number)->confirmed);
    CHECK(store.confirm(1000) == entry.number);
    REQUIRE(store.entry(entry.number)->confirmed);
    CHECK(store.entry(entry.number)->confirmed->user == 1000U);
    CHECK(store.entry(entry.number)->text == "new\n");
    CHECK(!store.pending());
    CHECK(place.file() == "new\n");
    CHECK_THROWS(store.confirm({}));
    CHECK(!store.give_back({}, "was not confirmed"));
}

TEST_CASE("A change that is not confirmed is given back, which the history says") {
    const Place place;
    auto store = place.store();
    store.put("new\n", "old\n", {Deed::Apply}, seconds(60));
    const auto returned = store.give_back(7, "was aborted");
    REQUIRE(returned);
    CHECK(!returned->kept_file);
    CHECK(place.file() == "old\n");
    CHECK(!store.pending());
    const auto last = store.history().back();
    CHECK(last.origin.deed == Deed::Return);
    CHECK(last.origin.comment == "2 was aborted");
    CHECK(last.origin.user == 7u);
    CHECK(last.text == "old\n");
}

TEST_CASE("A file that was edited by hand while a change waits is kept") {
    const Place place;
    place.store().put("new\n", "old\n", {Deed::Apply}, seconds(60));
    place.write("by hand\n");
    const auto recovery = recover(place.files);
    CHECK(recovery.note.find("edited by hand") != std::string::npos);
    CHECK(place.file() == "by hand\n");
    CHECK(!place.store().pending());
    const auto last = place.store().history().back();
    CHECK(last.origin.deed == Deed::Return);
    CHECK(last.origin.comment == "2 was not confirmed; the file was edited by hand and is kept");
    CHECK(last.text == "old\n");
    CHECK(record_start(place.files, "old\n").empty());  // what is in force
    CHECK(place.store().history().size() == 3);
    CHECK(place.file() == "by hand\n");
}

TEST_CASE(
    "Wherever a crash comes, the file is one of the two, and a start gives back the old one") {
    const auto confirm = GENERATE(std::optional<seconds>(), std::optional(seconds(60)));
    int steps = 0;
    for (;; ++steps) {
        const Place place;
        if (!place.apply_until(steps, "new\n", confirm)) break;
        INFO("before step " << steps);
        const bool is_new = place.file() == "new\n";
        CHECK((is_new || place.file() == "old\n"));
        if (is_new && confirm) CHECK(place.store().pending());
        recover(place.files);
        CHECK(place.file() == (is_new && !confirm ? "new\n" : "old\n"));
        CHECK(!place.store().pending());
        CHECK(record_start(place.files, place.file()).empty());
        CHECK(place.store().history().back().text == place.file());
        CHECK_NOTHROW(place.store().put("next\n", place.file(), {Deed::Apply}, {}));
        CHECK(place.file() == "next\n");
    }
    CHECK(steps >= 5);
}

TEST_CASE("Wherever a crash comes while a change is given back, the next start goes on with it") {
    int step = 0;
    for (bool crashed = true; crashed; ++step) {
        const Place place;
        place.store().put("new\n", "old\n", {Deed::Apply}, seconds(60));
        ConfigStore dying(place.files, [left = step](std::string_view) mutable {
            if (left-- == 0) throw Crash();
        });
        try {
            dying.give_back({}, "was not confirmed");
            crashed = false;
        } catch (const Crash&) {
        }
        recover(place.files);
        INFO("before step " << step);
        CHECK(place.file() == "old\n");
        CHECK(!place.store().pending());
        const auto history = place.store().history();
        CHECK(history.size() == 3);
        CHECK(history.back().origin.deed == Deed::Return);
    }
    CHECK(step >= 3);
}

TEST_CASE("The history keeps the latest, and nothing twice in a row") {
    const Place place;
    auto store = place.store();
    for (int i = 0; i < 60; ++i)
        store.record(Deed::Reload, {}, "text " + std::to_string(i / 2));
    CHECK(store.history().size() == 30);
    for (int i = 0; i < 60; ++i)
        store.record(Deed::Reload, {}, "more " + std::to_string(i));
    const auto history = store.history();
    CHECK(history.size() == ConfigStore::kMost);
    CHECK(history.back().number == 90);
    CHECK(history.back().text == "more 59");
    CHECK(!store.entry(1));
}

TEST_CASE("Without a place for the history nothing is applied, and the reason is said") {
    Place place;
    std::ofstream(place.files.state) << "not a directory";
    auto store = place.store();
    try {
        store.put("new\n", "old\n", {Deed::Apply}, seconds(60));
        FAIL("it was applied");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()).find(place.files.state.string()) != std::string::npos);
    }
    CHECK(place.file() == "old\n");
    CHECK(!std::filesystem::exists(name_beside(place.files.config)));
    CHECK(!record_start(place.files, "old\n").empty());
}

TEST_CASE("A text that is not UTF-8 comes back byte for byte") {
    const Place place;
    auto store = place.store();
    const std::string odd = "# caf\xe9 \x01\n";
    store.put("new\n", odd, {Deed::Apply}, seconds(60));
    store.give_back({}, "was not confirmed");
    CHECK(place.file() == odd);
}

TEST_CASE("A link that points elsewhere meanwhile is followed, and the earlier file left alone") {
    const Place place;
    const auto link = place.directory.file("link.yaml");
    const std::filesystem::path other_folder = place.directory.file("other");
    std::filesystem::create_directory(other_folder);
    const auto other = other_folder / "second.yaml";
    std::ofstream(other) << "second\n";
    std::filesystem::create_symlink(place.files.config, link);
    ConfigStore store({link, place.files.state});
    store.put("new\n", "old\n", {Deed::Apply}, {});

    std::filesystem::remove(link);
    std::filesystem::create_symlink("other/second.yaml", link);  // relative to the link
    CHECK(store.read_file() == "second\n");
    store.put("newer\n", "new\n", {Deed::Apply}, seconds(60));
    CHECK(read_whole(other) == "newer\n");
    CHECK(place.file() == "new\n");
    CHECK(std::filesystem::is_symlink(link));
    CHECK_FALSE(std::filesystem::exists(name_beside(link)));
    CHECK_FALSE(std::filesystem::exists(name_beside(other)));
    CHECK(store.give_back(std::nullopt, "was aborted")->kept_file == false);
    CHECK(read_whole(other) == "new\n");
}

TEST_CASE("A link to a file that is not there yet gets one; a circle of links is an error") {
    const Place place;
    const auto link = place.directory.file("link.yaml");
    std::filesystem::create_symlink("missing.yaml", link);
    ConfigStore({link, place.files.state}).put("new\n", "old\n", {Deed::Apply}, {});
    CHECK(std::filesystem::is_symlink(link));
    CHECK(read_whole(place.directory.file("missing.yaml")) == "new\n");

    const auto circle = place.directory.file("circle.yaml");
    std::filesystem::create_symlink("circle.yaml", circle);
    ConfigStore store({circle, place.files.state});
    CHECK_THROWS_AS(store.put("new\n", "old\n", {Deed::Apply}, {}), std::runtime_error);
    CHECK(std::filesystem::is_symlink(circle));
}

TEST_CASE("A link to the configuration stays one") {
    Place place;
    const auto link = place.directory.file("link.yaml");
    std::filesystem::create_symlink(place.files.config, link);
    ConfigStore store({link, place.files.state});
    store.put("new\n", "old\n", {Deed::Apply}, {});
    CHECK(std::filesystem::is_symlink(link));
    CHECK(place.file() == "new\n");
}

TEST_CASE("what a killed run left half written is gone with the next start, and nothing else") {
    const control::TemporaryDirectory directory;
    const daemon::Files files{directory.file("dxrouted.yaml"), directory.file("state")};
    namespace fs = std::filesystem;
    fs::create_directories(files.state / "history");
    fs::create_directories(files.state / "journal");
    const std::vector<fs::path> left{
        directory.file(".dxrouted.yaml.new"), files.state / "history/.40.json.new",
        files.state / ".drained.json.new", files.state / "journal/events.jsonl.new"};
    const std::vector<fs::path> others{directory.file("dxrouted.yaml"), directory.file("other.new"),
                                       files.state / "history/39.json",
                                       files.state / "journal/events.jsonl"};
    for (const auto& each : {left, others})
        for (const auto& file : each)
            std::ofstream(file) << "key";
    daemon::recover(files);
    for (const auto& file : left) {
        CAPTURE(file);
        CHECK_FALSE(fs::exists(file));
    }
    for (const auto& file : others) {
        CAPTURE(file);
        CHECK(fs::exists(file));
    }
}

}  // namespace dx::daemon
