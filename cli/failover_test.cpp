// `failover-test`: the daemon takes a circuit away and gives it back, come what may; dxctl tells
// what is measured as it comes.
#include <array>
#include <chrono>

#include <boost/json/serialize.hpp>

#include "cli/command.hpp"
#include "cli/duration.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/interrupt.hpp"
#include "daemon/control/limits.hpp"

namespace dx::cli {
namespace {

constexpr auto kTarget = "/v1/failover-test";

double milliseconds(const Object& test, std::string_view key) {
    return test.at(key).to_number<double>();
}

std::string moved_to(const Object& test) {
    std::string text;
    for (const auto& [name, routes] : child(test, "movedTo"))
        text += fmt::format("{}{} to {}", text.empty() ? "" : ", ",
                            routes.to_number<std::uint64_t>(), std::string_view(name));
    if (const auto stranded = number(test, "stranded"); stranded > 0)
        text += fmt::format("{}{} without a way", text.empty() ? "" : ", ", stranded);
    return text;
}

// What happens, in its order, and the member that says when.
struct Step {
    std::string_view key;
    std::string (*text)(const Object&);
};

constexpr std::array kSteps{
    Step{"movedMsecs",
         [](const Object& test) {
             const auto routes = number(test, "routes");
             if (routes == 0) return std::string("taken out of the kernel: it carried no routes");
             return fmt::format("its {} routes have moved in the kernel: {}", routes,
                                moved_to(test));
         }},
    Step{"givenBackMsecs", [](const Object&) { return std::string("given back"); }},
    Step{"establishedMsecs", [](const Object&) { return std::string("Established again"); }},
    Step{"backInUseMsecs", [](const Object&) { return std::string("in use again"); }},
};

// Prints each step once it is there; true when the test is over.
class Follower {
public:
    explicit Follower(Output& out) : out_(out) {}

    bool follow(const Object& test) {
        for (; told_ < kSteps.size() && has(test, kSteps[told_].key); ++told_)
            out_.print("{:>11.1f} ms  {}\n", milliseconds(test, kSteps[told_].key),
                       kSteps[told_].text(test));
        out_.flush();
        return flag(test, "over");
    }

private:
    Output& out_;
    std::size_t told_ = 0;
};

std::string verdict(const Object& test) {
    if (!flag(test, "passed")) return "failover test failed: " + std::string(text(test, "fault"));
    return fmt::format("passed: {} routes moved within {:.1f} ms", number(test, "routes"),
                       milliseconds(test, "movedMsecs"));
}

// Asked for here too, where the words are the user's.
std::chrono::milliseconds test_length(std::string_view text) {
    const auto length = duration_of(text);
    if (!control::kFailoverTestLength.contains(length))
        throw Failure("a failover test lasts from 1s to 72h (3d)", kUsage);
    return length;
}

Object request_of(const Invocation& call) {
    Object request{{"neighbor", std::string(call.argument())}};
    if (const auto backup = call.argument_after("expect-backup"); !backup.empty())
        request["expectedBackup"] = std::string(backup);
    if (const auto lasts = call.argument_after("for"); !lasts.empty())
        request["forMsecs"] = test_length(lasts).count();
    if (call.match.has("force")) request["force"] = true;
    return request;
}

void run_test(Invocation& call) {
    const auto begun = call.client.post(kTarget, boost::json::serialize(request_of(call)));
    if (!call.json) print_result(call, begun);
    Follower follower(call.out);
    auto test = parse_object(call.client.get(kTarget));
    while (call.json ? !flag(test, "over") : !follower.follow(test)) {
        if (!pause_for(std::chrono::milliseconds(100))) throw Interrupted();
        test = parse_object(call.client.get(kTarget));
    }
    if (call.json) call.out.print("{}\n", boost::json::serialize(test));
    if (!flag(test, "passed")) throw Failure(verdict(test));
    if (!call.json) call.out.print("{}\n", verdict(test));
}

}  // namespace

void failover_test(Invocation& call) {
    unless_interrupted("the test goes on, and gives the neighbor back by itself",
                       [&] { run_test(call); });
}

void show_failover_test(Invocation& call) {
    if (passed_on_as_json(call, kTarget)) return;
    const auto test = parse_object(call.client.get(kTarget));
    if (!has(test, "neighbor"))
        return call.out.write("There was no failover test since the start\n");
    const auto backup = text(test, "expectedBackup");
    call.out.print("{} taken away for {} s{}{}\n", text(test, "neighbor"),
                   milliseconds(test, "forMsecs") / 1000,
                   backup.empty() ? "" : ", expected backup ", backup);
    Follower follower(call.out);
    call.out.print("{}\n", follower.follow(test) ? verdict(test) : "under way");
}

}  // namespace dx::cli
