#include "daemon/config_changes.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <sys/stat.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>

#include "daemon/config_recovery.hpp"
#include "daemon/durable_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/daemon/config/loading.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx;
using daemon::ConfigChanges;
using Outcome = control::CommandResult::Outcome;
using std::chrono::seconds;

namespace {

std::string with_asn(int asn) {
    return "router: {asn: " + std::to_string(asn) + "}\n";
}

// A router that only remembers what was applied to it.
struct Router {
    Router() {
        write(with_asn(1));
        in_force = config::loaded(with_asn(1));
    }

    ConfigChanges::Hooks hooks() {
        return {.in_force = [this]() -> const config::Config& { return in_force; },
                .apply =
                    [this](config::Config now) {
                        in_force = std::move(now);
                        return "AS " + std::to_string(in_force.router.asn);
                    },
                .predict = [](const config::Config&,
                              const daemon::ChangeEffects::Answer& answer) { answer({}); },
                .stopping = [this] { return stopping; },
                .reload_begins = [this] { ++reloads; },
                .reload_ends = [this](const control::CommandResult&) { --reloads; },
                .file_is_good = [this] { ++good_files; },
                .waits_until =
                    [this](auto until) {
                        waits = until.has_value();
                        due = until && *until <= std::chrono::system_clock::now();
                    },
                .trial_ended = [this] { ++trials_ended; },
                .tell = [this](const control::CommandResult& result,
                               std::optional<std::uint32_t>) { told.push_back(result.text); }};
    }

    void write(std::string_view text) const {
        std::ofstream(files.config, std::ios::binary | std::ios::trunc) << text;
    }

    std::string file() const { return daemon::read_whole(files.config).value(); }

    // Lets everything happen until the answer is there.
    template <class Ask>
    control::CommandResult ask(Ask ask) {
        std::optional<control::CommandResult> answer;
        ask([&](control::CommandResult result) { answer = std::move(result); });
        while (!answer)
            io.run_one();
        return *answer;
    }

    // Until it is released, nothing that was asked of the disk is done.
    std::function<void()> hang() {
        auto released = std::make_shared<std::promise<void>>();
        disk.run([until = std::make_shared<std::future<void>>(released->get_future())] {
            until->wait();
        });
        return [released] { released->set_value(); };
    }

    control::CommandResult apply(int asn, std::optional<seconds> confirm = {}) {
        return ask([&](auto answer) {
            changes.apply({"new.yaml", with_asn(asn)}, {confirm, "", 1000}, answer);
        });
    }

    control::TemporaryDirectory directory;
    daemon::Files files{directory.file("dxrouted.yaml"), directory.file("state")};
    config::Config in_force;
    bool stopping = false;
    int reloads = 0;
    int good_files = 0;
    int trials_ended = 0;
    bool waits = false;
    bool due = false;  // it waits, and the time is over: its file is to be put back
    std::vector<std::string> told;
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> goes_on =
        boost::asio::make_work_guard(io);
    daemon::Disk disk{io};
    ConfigChanges changes{io, disk, files, with_asn(1), hooks()};
};

}  // namespace

TEST_CASE("what is applied is on the disk and in force when the answer comes") {
    Router router;
    const auto result = router.apply(2);
    CHECK(result.outcome == Outcome::Done);
    CHECK(result.text == "change 2: AS 2");
    CHECK(router.file() == with_asn(2));
    CHECK(router.in_force.router.asn == 2);
    CHECK(router.told == std::vector<std::string>{"change 2: AS 2"});
    CHECK(router.good_files == 1);
}

TEST_CASE("a bad configuration is neither on the disk nor in force") {
    Router router;
    const auto result = router.ask([&](auto answer) {
        router.changes.apply({"new.yaml", "router: {asn: many}\n"}, {}, answer);
    });
    CHECK(result.outcome == Outcome::Misconfigured);
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics.front().starts_with("new.yaml:1:"));
    CHECK(router.file() == with_asn(1));
    CHECK(router.in_force.router.asn == 1);
    CHECK(router.good_files == 0);
}

TEST_CASE("changes asked for at once are made one after the other") {
    Router router;
    std::vector<std::string> answers;
    for (const int asn : {2, 3, 4})
        router.changes.apply({"x", with_asn(asn)}, {}, [&](const control::CommandResult& result) {
            answers.push_back(result.text);
        });
    while (answers.size() < 3)
        router.io.run_one();
    CHECK(answers ==
          std::vector<std::string>{"change 2: AS 2", "change 3: AS 3", "change 4: AS 4"});
    CHECK(router.file() == with_asn(4));
}

TEST_CASE("what is not confirmed in time is given back") {
    Router router;
    REQUIRE(router.apply(2, seconds(1)).outcome == Outcome::Done);
    CHECK(router.in_force.router.asn == 2);
    CHECK(router.apply(3).outcome == Outcome::Refused);
    while (router.file() != with_asn(1) || router.disk.waiting() > 0)
        router.io.run_one();
    CHECK(router.in_force.router.asn == 1);
    CHECK(router.apply(3).outcome == Outcome::Done);
}

TEST_CASE("what is confirmed stays") {
    Router router;
    router.apply(2, seconds(1));
    CHECK(router.ask([&](auto answer) { router.changes.confirm(1000, answer); }).outcome ==
          Outcome::Done);
    router.io.run_for(std::chrono::milliseconds(1200));
    router.io.restart();
    CHECK(router.file() == with_asn(2));
    CHECK(router.in_force.router.asn == 2);
    CHECK(router.ask([&](auto answer) { router.changes.confirm(1000, answer); }).outcome ==
          Outcome::Refused);
}

TEST_CASE("where nothing can be written nothing is applied, and a reload goes on with a warning") {
    Router router;
    std::ofstream(router.files.state) << "not a directory";
    const auto result = router.apply(2, seconds(60));
    CHECK(result.outcome == Outcome::Refused);
    CHECK(router.file() == with_asn(1));
    CHECK(router.in_force.router.asn == 1);
    router.write(with_asn(5));
    const auto reload =
        router.ask([&](auto answer) { router.changes.reload(std::nullopt, answer); });
    CHECK(reload.outcome == Outcome::Done);
    CHECK(reload.diagnostics.size() == 1);
    CHECK(router.in_force.router.asn == 5);
    CHECK(router.reloads == 0);
}

TEST_CASE("a return does not wait for the disk: memory first, the file as soon as it can be") {
    Router router;
    router.apply(2, seconds(60));
    const auto beside = daemon::name_beside(router.files.config);
    std::filesystem::create_directory(beside);  // so that nothing can be written there
    const auto result =
        router.ask([&](auto answer) { router.changes.give_back(std::nullopt, answer); });
    CHECK(router.in_force.router.asn == 1);
    CHECK(result.diagnostics.size() == 1);
    CHECK(router.file() == with_asn(2));
    CHECK(router.ask([&](auto answer) { router.changes.confirm(1000, answer); }).outcome ==
          Outcome::Refused);
    const auto recovery = daemon::recover(router.files);
    CHECK(recovery.text_instead == with_asn(1));
    std::filesystem::remove(beside);
    CHECK(!daemon::recover(router.files).text_instead);
    CHECK(router.file() == with_asn(1));
}

TEST_CASE("a return that is due does not wait behind a reload that hangs on the disk") {
    Router router;
    REQUIRE(router.apply(2, seconds(1)).outcome == Outcome::Done);
    CHECK(router.waits);
    const auto release = router.hang();
    std::optional<control::CommandResult> reload;
    router.changes.reload(std::nullopt, [&](auto result) { reload = std::move(result); });
    while (router.in_force.router.asn == 2)
        router.io.run_one();
    CHECK(router.in_force.router.asn == 1);
    CHECK(router.file() == with_asn(2));  // the disk does nothing
    CHECK_FALSE(reload);
    CHECK(router.due);
    release();
    while (router.file() != with_asn(1) || router.disk.waiting() > 0)
        router.io.run_one();
    REQUIRE(reload);
    CHECK(reload->outcome == Outcome::Refused);
    CHECK(reload->text.find("was taken back meanwhile") != std::string::npos);
    CHECK(router.in_force.router.asn == 1);
    CHECK_FALSE(router.waits);
    CHECK(router.apply(3).outcome == Outcome::Done);
}

TEST_CASE("who confirms beside a file that was edited by hand is told that it is not in force") {
    Router router;
    router.apply(2, seconds(60));
    router.write(with_asn(7));
    const auto confirmed = router.ask([&](auto answer) { router.changes.confirm(1000, answer); });
    CHECK(confirmed.outcome == Outcome::Done);
    CHECK(confirmed.text.ends_with(" confirmed"));
    REQUIRE(confirmed.diagnostics.size() == 1);
    CHECK(confirmed.diagnostics[0].starts_with("warning: the file was changed by somebody else"));
    CHECK(router.in_force.router.asn == 2);
    CHECK(router.file() == with_asn(7));

    router.write(with_asn(2));
    router.apply(3, seconds(60));
    CHECK(
        router.ask([&](auto answer) { router.changes.confirm(1000, answer); }).diagnostics.empty());
}

TEST_CASE("a warning that the log has as one does not say so again") {
    using daemon::without_level;
    CHECK(without_level("warning: the history: full") == "the history: full");
    CHECK(without_level("x.yaml:3:1: warning: no policy") == "x.yaml:3:1: no policy");
    CHECK(without_level("x.yaml:3:1: no warning: text") == "x.yaml:3:1: no warning: text");
    CHECK(without_level("another") == "another");
}

TEST_CASE("who confirms in time has confirmed, however long the disk takes") {
    Router router;
    router.apply(2, seconds(1));
    const auto release = router.hang();
    std::optional<control::CommandResult> confirmed;
    router.changes.confirm(1000, [&](auto result) { confirmed = std::move(result); });
    router.io.run_for(std::chrono::milliseconds(1200));
    router.io.restart();
    CHECK(router.in_force.router.asn == 2);
    CHECK_FALSE(router.waits);  // it is confirmed as far as anybody can see
    release();
    while (!confirmed)
        router.io.run_one();
    CHECK(confirmed->outcome == Outcome::Done);
    router.io.run_for(std::chrono::milliseconds(50));
    router.io.restart();
    CHECK(router.in_force.router.asn == 2);
    CHECK(router.file() == with_asn(2));
    CHECK_FALSE(router.waits);
}

TEST_CASE("a confirmation that the disk refuses does not hold up the return") {
    Router router;
    router.apply(2, seconds(1));
    const auto release = router.hang();
    const std::filesystem::path pending = router.files.state / "pending.json";
    std::filesystem::remove(pending);
    std::filesystem::create_directory(pending);  // it cannot be read
    std::optional<control::CommandResult> confirmed;
    router.changes.confirm(1000, [&](auto result) { confirmed = std::move(result); });
    router.io.run_for(std::chrono::milliseconds(1200));
    router.io.restart();
    CHECK(router.in_force.router.asn == 2);
    release();
    while (router.in_force.router.asn == 2)
        router.io.run_one();
    REQUIRE(confirmed);
    CHECK(confirmed->outcome == Outcome::Refused);
}

TEST_CASE("after a confirmation that the disk refused, another one may come") {
    Router router;
    router.apply(2, seconds(60));
    const std::filesystem::path pending = router.files.state / "pending.json";
    const auto saved = daemon::read_whole(pending).value();
    const auto confirm = [&] {
        return router.ask([&](auto answer) { router.changes.confirm(1000, answer); });
    };
    std::filesystem::remove(pending);
    std::filesystem::create_directory(pending);  // it cannot be read
    CHECK(confirm().outcome == Outcome::Refused);
    CHECK(router.waits);
    CHECK(router.trials_ended == 0);  // what was before may be wanted yet
    std::filesystem::remove(pending);
    daemon::write_durably(pending, saved);
    CHECK(confirm().outcome == Outcome::Done);
    CHECK_FALSE(router.waits);
    CHECK(router.trials_ended == 1);
}

TEST_CASE("what was aborted stands so in the history, however late its file is put back") {
    Router router;
    router.apply(2, seconds(60));
    const std::filesystem::path pending = router.files.state / "pending.json";
    const auto saved = daemon::read_whole(pending).value();
    std::filesystem::remove(pending);
    std::filesystem::create_directory(pending);
    const auto aborted = router.ask([&](auto answer) { router.changes.give_back(1000, answer); });
    CHECK(aborted.diagnostics.size() == 1);
    CHECK(router.in_force.router.asn == 1);
    CHECK(router.due);
    CHECK(router.apply(3).text == "change 2 was taken back, and its file is not put back yet");
    std::filesystem::remove(pending);
    daemon::write_durably(pending, saved);
    router.ask([&](auto answer) { router.changes.reload(std::nullopt, answer); });
    CHECK(router.file() == with_asn(1));
    const auto latest = daemon::ConfigStore(router.files).history().back();
    CHECK(latest.origin.user == 1000U);
    CHECK(latest.origin.comment == "2 was aborted");
}

TEST_CASE("a return of which the state directory knows nothing says what the file is") {
    Router router;
    router.apply(2, seconds(60));
    std::filesystem::remove(router.files.state / "pending.json");
    const auto reload =
        router.ask([&](auto answer) { router.changes.reload(std::nullopt, answer); });
    CHECK(reload.outcome == Outcome::Refused);
    const auto aborted =
        router.ask([&](auto answer) { router.changes.give_back(std::nullopt, answer); });
    CHECK(router.in_force.router.asn == 1);
    REQUIRE(aborted.diagnostics.size() == 1);
    CHECK(aborted.diagnostics[0].find("stays as it is") != std::string::npos);
}

TEST_CASE("a change that nobody can confirm any more is not said to be kept") {
    Router router;
    const auto release = router.hang();
    std::optional<control::CommandResult> answer;
    router.changes.apply({"new.yaml", with_asn(2)}, {seconds(60), "", 1000},
                         [&](auto result) { answer = std::move(result); });
    router.stopping = true;
    release();
    while (!answer)
        router.io.run_one();
    CHECK(answer->outcome == Outcome::Refused);
    CHECK(answer->text.find("takes it back") != std::string::npos);
    CHECK(router.in_force.router.asn == 1);
}

TEST_CASE("a start after an edit by hand has in force what was before the change") {
    Router router;
    router.apply(2, seconds(60));
    router.write(with_asn(2) + "# a comment\n");
    const auto recovery = daemon::recover(router.files);
    CHECK(recovery.text_instead == with_asn(1));
    CHECK(router.file() == with_asn(2) + "# a comment\n");
}

TEST_CASE("an abort behind a confirmation that came first changes nothing") {
    Router router;
    router.apply(2, seconds(60));
    std::optional<control::CommandResult> confirmed;
    router.changes.confirm(1000, [&](auto result) { confirmed = std::move(result); });
    const auto aborted =
        router.ask([&](auto answer) { router.changes.give_back(std::nullopt, answer); });
    CHECK(confirmed->outcome == Outcome::Done);
    CHECK(aborted.outcome == Outcome::Refused);
    CHECK(router.in_force.router.asn == 2);
}

TEST_CASE("while a change waits, only what is in force is reloaded") {
    Router router;
    router.apply(2, seconds(60));
    const auto reload = [&] {
        return router.ask([&](auto answer) { router.changes.reload(std::nullopt, answer); });
    };
    CHECK(reload().outcome == Outcome::Done);
    router.write(with_asn(9));
    CHECK(reload().outcome == Outcome::Refused);
    CHECK(router.in_force.router.asn == 2);
    const auto returned =
        router.ask([&](auto answer) { router.changes.give_back(std::nullopt, answer); });
    CHECK(router.in_force.router.asn == 1);
    CHECK(router.file() == with_asn(9));
    CHECK(returned.diagnostics.size() == 1);
    CHECK(reload().outcome == Outcome::Done);
    CHECK(router.in_force.router.asn == 9);
}

TEST_CASE("a hand edit that was never in force is not what returns") {
    Router router;
    router.write("nonsense: [\n");
    router.apply(2, seconds(60));
    router.ask([&](auto answer) { router.changes.give_back(std::nullopt, answer); });
    CHECK(router.file() == with_asn(1));
}

TEST_CASE("a rollback to an entry, and to one that there is not") {
    Router router;
    router.apply(2);
    const auto rollback = [&](std::uint32_t number) {
        return router.ask([&](auto answer) { router.changes.rollback(number, {}, answer); });
    };
    CHECK(rollback(7).outcome == Outcome::Refused);
    CHECK(rollback(1).outcome == Outcome::Done);
    CHECK(router.file() == with_asn(1));
    CHECK(router.in_force.router.asn == 1);
}

TEST_CASE("a rollback says which keys are not those of then") {
    Router router;
    const auto key = std::filesystem::path(router.files.config).parent_path() / "dx.key";
    std::ofstream(key) << "first key\n";
    const std::string text =
        "router: {asn: 65000}\n"
        "neighbors: [{address: 192.168.1.1, remote-as: 64512, password-file: dx.key}]\n";
    router.ask([&](auto answer) { router.changes.apply({"x", text}, {}, answer); });
    router.apply(2);
    const auto rollback = [&] {  // what it says of keys; there are other warnings
        auto result = router.ask([&](auto answer) { router.changes.rollback(2, {}, answer); });
        CHECK(result.outcome == Outcome::Done);
        std::erase_if(result.diagnostics, [](const std::string& line) {
            return line.find("may have changed since then") == std::string::npos;
        });
        return result.diagnostics;
    };
    CHECK(rollback().empty());
    router.apply(2);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // entries know seconds
    std::ofstream(key) << "second key\n";
    std::filesystem::last_write_time(key, std::filesystem::file_time_type::clock::now() -
                                              std::chrono::hours(24));  // as cp -p would
    CHECK(rollback() ==
          std::vector<std::string>{
              "warning: may have changed since then: " + key.string() +
              ": the history does not keep password files, so the keys are those of now"});
}
