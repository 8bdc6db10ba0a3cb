#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/api_client.hpp"
#include "tests/unit/daemon/control/example_router.hpp"

using namespace dx::control;

namespace {

Answered post(FakeRouter& router, const char* what, const char* body) {
    return ask(router, Verb::Post, std::string("/v1/config/") + what, body);
}

bool has(const Answered& answered, std::string_view text) {
    return answered.body.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a configuration is applied with who asks, why, and how long it may wait") {
    auto router = example_router();
    router.result.text = "change 4: 1 change applied";
    const auto done = post(router, "apply",
                           R"({"name":"new.yaml","text":"router: {}","confirmMsecs":1500,)"
                           R"("comment":"more networks"})");
    CHECK(done.status == 200);
    CHECK(has(done, "change 4: 1 change applied"));
    CHECK(router.config_texts.back().name == "new.yaml");
    CHECK(router.config_texts.back().text == "router: {}");
    const auto& trial = router.config_trials.back();
    CHECK(trial.confirm_within == std::chrono::seconds(2));
    CHECK(trial.comment == "more networks");
    CHECK(trial.user == 1000u);
    CHECK(post(router, "apply", R"({"text":"router: {}"})").status == 200);
    CHECK(!router.config_trials.back().confirm_within);
}

TEST_CASE("what makes no sense changes nothing") {
    auto router = example_router();
    CHECK(post(router, "apply", "").status == 400);
    CHECK(post(router, "apply", "{}").status == 400);
    CHECK(post(router, "apply", R"({"text":1})").status == 400);
    CHECK(post(router, "apply", R"({"text":"x","confirmMsecs":0})").status == 400);
    CHECK(post(router, "rollback", R"({"number":"three"})").status == 400);
    CHECK(post(router, "rollback", R"({"number":"3x"})").status == 400);
    CHECK(router.config_trials.empty());
}

TEST_CASE("a configuration is neither changed nor compared by a listener that only shows") {
    auto router = example_router();
    for (const auto* target : {"/v1/config/apply", "/v1/config/diff", "/v1/config/confirm"})
        CHECK(ask(router, Verb::Post, target, R"({"text":"x"})", Api::Access::ReadOnly).status ==
              403);
    CHECK(router.config_texts.empty());
    CHECK(router.confirmed == 0);
}

TEST_CASE("errors of a configuration are 422 with a line each") {
    auto router = example_router();
    router.result = {CommandResult::Outcome::Misconfigured, "it has errors", {"x.yaml:1:1: no"}};
    const auto refused = post(router, "check", R"({"text":"x"})");
    CHECK(refused.status == 422);
    CHECK(has(refused, "x.yaml:1:1: no"));
    router.config_diff.result = router.result;
    CHECK(post(router, "diff", R"({"text":"x"})").status == 422);
}

TEST_CASE("a difference has each key's values and effect, and the routes of each neighbor") {
    auto router = example_router();
    router.config_diff.changes = {
        {"log.level", "changed", "info", "debug", {}, {}, "live"},
        {"networks", "changed", {}, {}, {"10.0.0.0/16"}, {"10.7.0.0/16"}, "live"}};
    router.config_diff.effects = {{{"dx1", "ipv4", "withdraws 1, announces 1", 1, 1, 0, 0, 0, 0}}};
    const auto diff = post(router, "diff", R"({"text":"x"})");
    CHECK(diff.status == 200);
    CHECK(has(diff, R"({"key":"log.level","kind":"changed","before":"info","after":"debug",)"
                    R"("effect":"live"})"));
    CHECK(has(diff, R"("removedItems":["10.0.0.0/16"],"addedItems":["10.7.0.0/16"])"));
    CHECK(has(diff, R"("neighbor":"dx1","family":"ipv4","withdraws":1,"announces":1)"));
    router.config_diff.effects.reset();
    CHECK(!has(post(router, "diff", R"({"text":"x"})"), "routes"));
}

TEST_CASE("confirm, abort and rollback say whom they come from") {
    auto router = example_router();
    CHECK(post(router, "confirm", "").status == 200);
    CHECK(router.confirmed == 1);
    CHECK(post(router, "abort", "").status == 200);
    CHECK(router.given_back == 1);
    CHECK(router.config_user == 1000u);
    CHECK(post(router, "rollback", R"({"number":"12"})").status == 200);
    CHECK(router.rollbacks.back() == 12);
}

TEST_CASE("the history is shown, and what waits for its confirmation") {
    auto router = example_router();
    router.config_history.entries = {{1, 100, "start", {}, ""},
                                     {2, 200, "apply", 0, "why", 260, 1000}};
    router.config_history.pending = {2, 500, false};
    const auto history = get(router, "/v1/config/history");
    CHECK(
        history.body ==
        R"({"schema":1,"entries":[)"
        R"({"number":1,"timeEpoch":100,"what":"start","comment":""},)"
        R"({"number":2,"timeEpoch":200,"what":"apply","user":0,"comment":"why","confirmedEpoch":260,"confirmedBy":1000}],)"
        R"("pending":{"number":2,"deadlineEpoch":500,"takenBack":false}})"
        "\n");
    router.config_history.error = "/x is damaged";
    CHECK(get(router, "/v1/config/history").status == 409);
    CHECK(has(get(router, "/v1/config/history/3"), "router: {asn: 65000}"));
    CHECK(get(router, "/v1/config/history/4").status == 404);
    CHECK(get(router, "/v1/config/history/x").status == 400);
}
