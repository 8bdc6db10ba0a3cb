// The kernel and those who share it: foreign routes, deletions by others, errors, start and end.
#include <algorithm>
#include <functional>

#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;
using std::chrono::seconds;

namespace {

bool has_note(const std::vector<FibNote>& notes, FibNote::Kind kind) {
    return std::ranges::any_of(notes, [&](const FibNote& note) { return note.kind == kind; });
}

}  // namespace

TEST_CASE("nothing is sent before the kernel was read") {
    Box box;
    box.announce("10.0.0.0/16", Box::to({1}));
    CHECK(box.send(10) == 0);
    box.start();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a foreign route keeps ours out whatever its metric, and lets it in when it goes") {
    Box box;
    box.start();
    const auto metric = GENERATE(0U, 20U, 4000U);
    box.kernel.add_foreign(prefix("10.0.0.0/16"), metric, Box::at(3));
    box.run();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.sent<PutRoute>() == 0);
    const auto view = box.fib.find(prefix("10.0.0.0/16"), box.now);
    CHECK(view->state == InstallState::Conflict);
    CHECK(view->candidates.front().source == RouteSource::Kernel);
    box.kernel.delete_route(prefix("10.0.0.0/16"), metric);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.kernel.clobbered == 0);
}

TEST_CASE("a foreign route that comes later takes ours out") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.kernel.add_foreign(prefix("10.0.0.0/16"), 0, Box::at(3));
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16") == nullptr);
    CHECK(box.kernel.route("10.0.0.0/16", 0) != nullptr);
    CHECK(has_note(box.notes(), FibNote::Kind::Conflict));
}

TEST_CASE("a foreign route that we have not heard of is a conflict, never overwritten") {
    Box box;
    box.start();
    box.kernel.add_foreign(prefix("10.0.0.0/16"), 20, Box::at(3));
    const auto unheard = box.kernel.take_events();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.kernel.clobbered == 0);
    auto view = box.fib.find(prefix("10.0.0.0/16"), box.now);
    CHECK(view->state == InstallState::Conflict);
    CHECK(view->error == EEXIST);
    box.kernel.routes.clear();
    box.pass(seconds(40));  // tried again now and then
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->error == 0);
}

TEST_CASE(
    "who is told of a conflict is told of its end, whatever else went wrong before or between") {
    Box box;
    box.start();
    box.kernel.add_foreign(prefix("10.0.0.0/16"), 20, Box::at(3));
    const auto unheard = box.kernel.take_events();
    const bool before = GENERATE(true, false);
    if (before) box.kernel.fail_next = ENETUNREACH;
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.pass(seconds(1));
    CHECK(has_note(box.notes(), FibNote::Kind::Conflict));
    if (!before) box.kernel.fail_next = ENETUNREACH;
    box.kernel.routes.clear();
    box.pass(seconds(60));
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(has_note(box.notes(), FibNote::Kind::ConflictOver));
}

TEST_CASE("no end is told of a conflict that there was not") {
    Box box;
    box.start();
    box.kernel.fail_next = ENETUNREACH;
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.pass(seconds(60));
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK_FALSE(has_note(box.notes(), FibNote::Kind::ConflictOver));
}

TEST_CASE("a route of ours that another program deletes is put back, and told") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.kernel.delete_route(prefix("10.0.0.0/16"), 20);
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(has_note(box.notes(), FibNote::Kind::RouteDeletedByOther));
}

TEST_CASE("what the kernel deletes with IPv6 is no other program's doing, and told once a link") {
    Box box;
    box.start();
    box.announce("2001:db8:100::/48", Box::to({1}, {}, true));
    box.announce("2001:db8:200::/48", Box::to({2}, {}, true));
    box.run();
    box.notes();
    const auto set_mtu = [&](std::uint32_t mtu) {
        box.fib.on_link({1, "eth1", true, true, false, mtu}, box.now);
    };
    set_mtu(1280);
    CHECK_FALSE(has_note(box.notes(), FibNote::Kind::Ipv6Lost));
    set_mtu(1279);
    set_mtu(1000);
    box.kernel.delete_route(prefix("2001:db8:100::/48"), 20);
    box.run();
    const auto notes = box.notes();
    CHECK(std::ranges::count(notes, FibNote::Kind::Ipv6Lost, &FibNote::kind) == 1);
    CHECK(notes.front().link == "eth1");
    CHECK_FALSE(has_note(notes, FibNote::Kind::RouteDeletedByOther));

    box.kernel.delete_route(prefix("2001:db8:200::/48"), 20);
    box.run();
    CHECK(has_note(box.notes(), FibNote::Kind::RouteDeletedByOther));
}

TEST_CASE("IPv6 is told to be lost only where there was an IPv6 address, and the MTU is known") {
    Box box;
    box.start();
    const auto set_mtu = [&](InterfaceIndex link, std::uint32_t mtu) {
        box.fib.on_link({link, "eth", true, true, false, mtu}, box.now);
    };
    set_mtu(9, 1000);  // seen for the first time
    set_mtu(9, 1500);
    box.fib.on_address({9, address("192.0.2.200"), prefix("192.0.2.200/31"), false}, box.now);
    set_mtu(9, 1000);
    set_mtu(1, 0);
    CHECK_FALSE(has_note(box.notes(), FibNote::Kind::Ipv6Lost));
    set_mtu(1, 1000);
    CHECK(has_note(box.notes(), FibNote::Kind::Ipv6Lost));
}

TEST_CASE("a nexthop object that another program deletes is put back with its routes") {
    Box box;
    box.start();
    for (const auto* text : {"10.0.0.0/16", "10.1.0.0/16"})
        box.announce(text, Box::to({1}, {2}));
    box.run();
    SECTION("the group") {
        box.kernel.delete_object(box.kernel.route("10.0.0.0/16")->object);
        CHECK(box.kernel.routes.empty());
    }
    SECTION("a next hop") {
        const auto& group = box.kernel.objects.at(box.kernel.route("10.0.0.0/16")->object);
        box.kernel.delete_object(group.members.front().id);
    }
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.carriers("10.1.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.kernel.objects.at(box.kernel.route("10.0.0.0/16")->object).members.size() == 2);
    CHECK(has_note(box.notes(), FibNote::Kind::ObjectDeletedByOther));
}

// The kernel tells of a deletion before it executes what was sent meanwhile, and sometimes (IPv6
// routes take no lock there) after.
TEST_CASE("routes refused because their object was deleted are there as soon as it is back") {
    Box box;
    box.start();
    const auto to = Box::to({1}, {2});
    box.announce("10.0.0.0/16", to);
    box.run();
    const auto object = box.kernel.route("10.0.0.0/16")->object;
    box.announce("10.1.0.0/16", to);
    box.announce("10.2.0.0/16", to);
    box.kernel.delete_object(object);
    CHECK(box.send(10) == 2);
    SECTION("told before the refusals") {
        box.deliver_events();
        box.run();
    }
    SECTION("told after them") {
        while (!box.results.empty())
            box.give_result();
        box.run();
        box.pass(seconds(1));
    }
    SECTION("never told: the link went down and came back") {
        box.kernel.take_events();
        while (!box.results.empty())
            box.give_result();
        box.kernel.set_link(1, false, false);
        box.kernel.set_link(2, false, false);
        box.kernel.set_link(1, true, true);
        box.kernel.set_link(2, true, true);
        box.run();
        box.pass(seconds(1));
    }
    for (const auto* text : {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"})
        CHECK(box.carriers(text) == std::set<OnLink>{Box::at(1)});
    CHECK(box.fib.summary().total().failed == 0);
    CHECK_FALSE(has_note(box.notes(), FibNote::Kind::RouteFailed));
}

TEST_CASE("a refusal is over when the route cannot be used any more") {
    Box box;
    box.start();
    box.kernel.fail_next = ENETUNREACH;
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.fib.summary().total().failed == 1);
    box.kernel.set_link(1, false, false);
    box.run();
    CHECK(box.fib.summary().total().failed == 0);
    const auto view = box.fib.find(prefix("10.0.0.0/16"), box.now);
    CHECK(view->state == InstallState::Unusable);
    CHECK(view->error == 0);
}

TEST_CASE("what is on its way up or down is no failure to be told, unless it lasts") {
    Box box;
    box.start();
    const auto refuse_for = [&](seconds time) {
        for (const auto end = box.now + time; box.now < end;) {
            box.kernel.fail_next = ENETUNREACH;
            box.pass(std::chrono::milliseconds(50));
        }
        box.kernel.fail_next = 0;
    };
    box.kernel.fail_next = ENETUNREACH;
    box.announce("10.0.0.0/16", Box::to({1}));
    refuse_for(seconds(3));
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->error == ENETUNREACH);
    CHECK_FALSE(has_note(box.notes(), FibNote::Kind::RouteFailed));
    refuse_for(seconds(10));
    const auto notes = box.notes();
    CHECK(has_note(notes, FibNote::Kind::RouteFailed));
    CHECK(notes.size() == 1);
    box.pass(seconds(30));
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a nexthop object that the kernel refuses is told by its identifier, once") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}, {2}));
    box.kernel.refuse_objects = EOPNOTSUPP;
    box.run();
    box.pass(seconds(5));
    const auto notes = box.notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].kind == FibNote::Kind::ObjectFailed);
    CHECK(notes[0].error == EOPNOTSUPP);
    CHECK(is_our_range(notes[0].object));
    box.kernel.refuse_objects = 0;
    box.pass(seconds(30));
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("after an overrun a dump brings up what is missing") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({1}, {2}));
    box.run();
    box.kernel.delete_route(prefix("10.0.0.0/16"), 20);
    box.kernel.delete_object(box.kernel.route("10.1.0.0/16")->object);
    box.kernel.take_events();  // lost
    box.run();
    CHECK(box.kernel.routes.empty());
    box.dump();
    box.run();
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(box.carriers("10.1.0.0/16") == std::set<OnLink>{Box::at(1)});
    CHECK(has_note(box.notes(), FibNote::Kind::Reconciled));
}

TEST_CASE("a dump that shows what is expected leads to nothing") {
    Box box;
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({1}, {2}));
    box.run();
    box.log.clear();
    box.dump();
    box.run();
    CHECK(box.log.empty());
}

TEST_CASE(
    "routes of an earlier run are kept, taken over without a write, and swept at End-of-RIB") {
    Box box;
    for (const auto* text : {"10.0.0.0/16", "10.1.0.0/16"})
        box.kernel.routes[{prefix(text), 20}] = {186, {}, {}, {{Box::at(1), 1}}, {}};
    box.kernel.add_foreign(prefix("10.2.0.0/16"), 20, Box::at(3));
    box.start();
    CHECK(box.fib.summary().total().stale == 2);
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.log.empty());
    box.fib.end_of_rib(box.now);
    box.run();
    CHECK(box.kernel.route("10.0.0.0/16") != nullptr);
    CHECK(box.kernel.route("10.1.0.0/16") == nullptr);
    CHECK(box.kernel.route("10.2.0.0/16") != nullptr);
    CHECK(box.log.size() == 1);
}

TEST_CASE("stale routes are swept after the stale time without any End-of-RIB") {
    Box box;
    box.kernel.routes[{prefix("10.1.0.0/16"), 20}] = {88, {}, {}, {{Box::at(1), 1}}, {}};
    box.start();
    box.pass(seconds(59));
    CHECK(box.kernel.route("10.1.0.0/16") != nullptr);
    box.pass(seconds(2));
    CHECK(box.kernel.route("10.1.0.0/16") == nullptr);
}

TEST_CASE("routes of an earlier run under another metric go when it is swept, and no one else's") {
    FibConfig config;
    config.former_metrics = {20, 10};
    Box box(config);
    const auto hop = static_cast<ObjectId>(kFirstObjectId + 7);
    const auto group = static_cast<ObjectId>(kFirstObjectId + 8);
    box.kernel.objects[hop] = {186, false, {}, Box::at(1)};
    box.kernel.objects[group] = {186, true, {{hop, 255}}, {}};
    box.kernel.routes[{prefix("10.0.0.0/16"), 10}] = {186, {}, {}, {{Box::at(1), 1}}, {}};
    box.kernel.routes[{prefix("10.1.0.0/16"), 10}] = {186, {}, group, {}, {}};
    box.kernel.routes[{prefix("10.2.0.0/16"), 30}] = {186, {}, group, {}, {}};
    box.kernel.routes[{prefix("10.3.0.0/16"), 30}] = {186, {}, {}, {{Box::at(1), 1}}, {}};
    const auto has = [&](const char* text, std::uint32_t metric) {
        return box.kernel.routes.contains({prefix(text), metric});
    };
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.announce("10.1.0.0/16", Box::to({1}, {2}));
    box.run();
    CHECK(has("10.0.0.0/16", 20));
    CHECK(has("10.1.0.0/16", 20));
    CHECK(has("10.0.0.0/16", 10));
    CHECK(has("10.1.0.0/16", 10));
    CHECK(has("10.2.0.0/16", 30));
    box.fib.end_of_rib(box.now);
    box.run();
    CHECK(has("10.0.0.0/16", 20));
    CHECK(has("10.1.0.0/16", 20));
    CHECK_FALSE(has("10.0.0.0/16", 10));
    CHECK_FALSE(has("10.1.0.0/16", 10));
    CHECK_FALSE(has("10.2.0.0/16", 30));
    CHECK(has("10.3.0.0/16", 30));  // nobody knows whose
    CHECK_FALSE(box.kernel.objects.contains(group));
}

TEST_CASE("objects of an earlier run are deleted once no route is left on them") {
    Box box;
    const auto hop = static_cast<ObjectId>(kFirstObjectId);
    const auto group = static_cast<ObjectId>(kFirstObjectId + 1);
    const auto other = static_cast<ObjectId>(kFirstObjectId + 2);
    box.kernel.objects[hop] = {186, false, {}, Box::at(1)};
    box.kernel.objects[group] = {186, true, {{hop, 255}}, {}};
    box.kernel.objects[other] = {ModelKernel::kForeign, false, {}, Box::at(3)};
    box.kernel.routes[{prefix("10.0.0.0/16"), 20}] = {186, {}, group, {}, {}};
    box.announce("10.0.0.0/16", Box::to({1}, {2}));
    box.start();
    box.fib.end_of_rib(box.now);
    box.run();
    REQUIRE(box.kernel.route("10.0.0.0/16") != nullptr);
    CHECK(box.kernel.route("10.0.0.0/16")->object != group);
    CHECK_FALSE(box.kernel.objects.contains(group));
    CHECK_FALSE(box.kernel.objects.contains(hop));
    CHECK(box.kernel.objects.contains(other));
    CHECK(box.sent<DeleteRoute>() == 0);  // replaced without a gap
}

TEST_CASE("a shortage in the kernel pauses the work and blames no route") {
    Box box;
    box.start();
    box.kernel.fail_next = ENOBUFS;
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    CHECK(box.kernel.routes.empty());
    CHECK(box.fib.next_deadline().has_value());
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->error == 0);
    box.pass(seconds(1));
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(1)});
}

TEST_CASE("a refusal is kept with its errno and tried again") {
    Box box;
    box.start();
    const auto error = GENERATE(ENETUNREACH, EINVAL);
    box.kernel.fail_next = error;
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    const auto view = box.fib.find(prefix("10.0.0.0/16"), box.now);
    CHECK(view->state == InstallState::Failed);
    CHECK(view->error == error);
    CHECK(box.fib.summary().total().failed == 1);
    box.pass(seconds(error == EINVAL ? 61 : 1));
    CHECK(box.fib.find(prefix("10.0.0.0/16"), box.now)->state == InstallState::Installed);
    CHECK(box.fib.summary().total().failed == 0);
}

TEST_CASE("at the end our routes and objects are removed and others' stay") {
    FibConfig config;
    config.plain_route_limit = 1;
    Box box(config);
    box.start();
    box.kernel.add_foreign(prefix("10.9.0.0/16"), 0, Box::at(3));
    for (const auto* text : {"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"})
        box.announce(text, Box::to({1}));
    box.announce("10.3.0.0/16", Box::to({1}, {2}));
    box.run();
    CHECK(box.kernel.routes.size() == 5);
    CHECK_FALSE(box.fib.stopped());
    box.fib.stop(box.now);
    box.run();
    CHECK(box.fib.stopped());
    CHECK(box.kernel.routes.size() == 1);
    CHECK(box.kernel.objects.empty());
}

TEST_CASE("at the end an object goes with all its routes, and then what was in it") {
    Box box;
    box.start();
    const int routes = GENERATE(1, 3, 4, 5, 9);
    const auto over = GENERATE(Box::to({1, 2}), Box::to({1}, {2}));
    for (int i = 0; i < routes; ++i)
        box.announce("10." + std::to_string(i) + ".0.0/16", over);
    box.run();
    CHECK(box.kernel.objects.size() == 3);
    box.fib.stop(box.now);
    box.run();
    CHECK(box.fib.stopped());
    CHECK(box.kernel.routes.empty());
    CHECK(box.kernel.objects.empty());
}

TEST_CASE("with on-stop keep the kernel is left as it is") {
    FibConfig config;
    config.keep_on_stop = true;
    Box box(config);
    box.start();
    box.announce("10.0.0.0/16", Box::to({1}));
    box.run();
    box.fib.stop(box.now);
    box.run();
    CHECK(box.fib.stopped());
    CHECK(box.kernel.route("10.0.0.0/16") != nullptr);
}

TEST_CASE(
    "of many, but for the first few, additions go shortest first and deletions longest first") {
    Box box;
    box.start();
    RouteBatch load, end;
    for (const int length : {24, 16, 32, 20})
        for (unsigned i = 0; i < 50; ++i) {
            const dx::net::Prefix one(dx::net::IpAddress::v4(0x0a000000U + (i << 16)),
                                      static_cast<std::uint8_t>(length));
            load.announce(one, RouteSource::Bgp, 20, Box::to({1}));
            end.withdraw(one, RouteSource::Bgp);
        }
    box.fib.apply(load, box.now);
    box.run();
    std::vector<int> lengths;
    for (const auto& request : box.log)
        lengths.push_back(std::get<PutRoute>(request.what).prefix.length());
    REQUIRE(lengths.size() == 200);
    lengths.erase(lengths.begin(), lengths.begin() + FlushQueue::kUrgentInLane);
    CHECK(std::ranges::is_sorted(lengths));
    box.log.clear();
    box.fib.apply(end, box.now);
    box.run();
    lengths.clear();
    for (const auto& request : box.log)
        lengths.push_back(std::get<DeleteRoute>(request.what).prefix.length());
    REQUIRE(lengths.size() == 200);
    lengths.erase(lengths.begin(), lengths.begin() + FlushQueue::kUrgentInLane);
    CHECK(std::ranges::is_sorted(lengths, std::greater<>()));
}

TEST_CASE("changes of a prefix while it waits or is under way are one request more at most") {
    Box box;
    box.start();
    for (int i = 0; i < 10; ++i)
        box.announce("10.0.0.0/16", Box::to({1 + static_cast<InterfaceIndex>(i) % 2}));
    CHECK(box.send(10) == 1);
    for (int i = 0; i < 9; ++i)
        box.announce("10.0.0.0/16", Box::to({1 + static_cast<InterfaceIndex>(i) % 3}));
    CHECK(box.send(10) == 0);
    box.run();
    CHECK(box.log.size() == 2);
    CHECK(box.carriers("10.0.0.0/16") == std::set<OnLink>{Box::at(3)});
}
