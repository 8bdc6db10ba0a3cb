// Whatever happens in whatever order: once it is quiet the kernel has what is wanted, and nobody
// else's route was touched.
#include <algorithm>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/unit/libfib/fib/box.hpp"

using namespace dx::fib;
using namespace dx::fib::test;

namespace {

class Chaos {
public:
    Chaos(unsigned seed, FibConfig config, ObjectSupport support, bool v6)
        : random_(seed), box_(config, support), v6_(v6) {
        box_.dump();
    }

    void play(int steps) {
        for (int i = 0; i < steps; ++i)
            step();
        settle();
    }

    void check() {
        REQUIRE_FALSE(box_.stuck);
        CHECK(box_.kernel.clobbered == 0);
        CHECK(box_.kernel.reused == 0);
        for (unsigned i = 0; i < kPrefixes; ++i)
            check(net_prefix(i));
        check_summary();
        for (const auto& [key, route] : box_.kernel.routes)
            if (route.protocol == ModelKernel::kForeign) CHECK(foreign_.contains(key));
        for (const auto& key : foreign_)
            CHECK(box_.kernel.routes.contains(key));
    }

    // What is counted along the way is what a walk finds.
    void check_summary() {
        FibSummary walked;
        box_.fib.walk(std::nullopt, 1000, std::nullopt, box_.now, [&](const RouteView& view) {
            for (const auto& candidate : view.candidates) {
                auto& source = walked.sources[static_cast<std::size_t>(candidate.source)];
                ++source.routes;
                source.selected += candidate.selected ? 1 : 0;
            }
            auto& family = walked.families[static_cast<std::size_t>(view.prefix.family())];
            family.wanted += view.state == InstallState::Installed ? 1 : 0;
            family.conflicts += view.state == InstallState::Conflict ? 1 : 0;
            family.unusable += view.state == InstallState::Unusable ? 1 : 0;
        });
        const auto counted = box_.fib.summary();
        for (std::size_t i = 0; i < std::size(counted.families); ++i) {
            CHECK(counted.families[i].wanted == walked.families[i].wanted);
            CHECK(counted.families[i].installed == walked.families[i].wanted);
            CHECK(counted.families[i].conflicts == walked.families[i].conflicts);
            CHECK(counted.families[i].unusable == walked.families[i].unusable);
            CHECK(counted.families[i].failed == 0);
        }
        for (std::size_t i = 0; i < std::size(counted.sources); ++i) {
            CHECK(counted.sources[i].routes == walked.sources[i].routes);
            CHECK(counted.sources[i].selected == walked.sources[i].selected);
        }
    }

    // With everything withdrawn, nothing of ours may be left.
    void end_and_check() {
        for (unsigned i = 0; i < kPrefixes; ++i)
            box_.withdraw(net_prefix(i).to_string());
        box_.run();
        box_.pass(std::chrono::minutes(5));
        unsigned ours = 0;
        for (const auto& [key, route] : box_.kernel.routes)
            ours += route.protocol != ModelKernel::kForeign ? 1 : 0;
        CHECK(ours == 0);
        CHECK(box_.kernel.objects.empty());
    }

private:
    static constexpr unsigned kPrefixes = 12;

    unsigned roll(unsigned sides) { return static_cast<unsigned>(random_() % sides); }

    dx::net::Prefix net_prefix(unsigned i) const {
        const auto text =
            v6_ ? "2001:db9:" + std::to_string(i % 4) + "::/" + std::to_string(48 + 4 * (i / 4))
                : "10." + std::to_string(i % 4) + ".0.0/" + std::to_string(16 + 4 * (i / 4));
        return prefix(text);
    }

    Forwarding any_forwarding() {
        std::vector<InterfaceIndex> links{1, 2, 3};
        std::shuffle(links.begin(), links.end(), random_);
        const auto best = 1 + roll(2);
        std::vector<InterfaceIndex> backup;
        if (roll(2) == 0) backup.push_back(links[best]);
        links.resize(best);
        return Box::to(links, backup, v6_);
    }

    void step() {
        switch (roll(15)) {
            case 0:
            case 1:
            case 2: announce(); break;
            case 3: {
                const auto which = net_prefix(roll(kPrefixes));
                wanted_.erase(which);
                box_.withdraw(which.to_string());
                break;
            }
            case 4: toggle_link(); break;
            case 5: toggle_neighbor(); break;
            case 6: foreign_route(); break;
            case 7: vandalize(); break;
            case 8:
                if (roll(3) == 0) {
                    const int errors[] = {ENOBUFS, ENETUNREACH, ENODEV, EBUSY};
                    box_.kernel.fail_next = errors[roll(4)];
                }
                break;
            case 9: box_.now += std::chrono::milliseconds(roll(2000)); break;
            case 10: deliver_some(); break;
            case 11: give_some(); break;
            case 12:
                if (roll(4) == 0) {  // an overrun: what was not read is lost
                    collect();
                    for (const auto& event : std::exchange(events_, {}))
                        if (!std::holds_alternative<ModelKernel::SeenRoute>(event) &&
                            !std::holds_alternative<ModelKernel::SeenObject>(event))
                            box_.deliver_event(event);
                    box_.dump();
                }
                break;
            case 13:
                if (roll(3) == 0) change_role();
                break;
            default: box_.send(roll(6)); break;
        }
    }

    void announce() {
        RouteBatch batch;
        const auto which = net_prefix(roll(kPrefixes));
        auto forwarding = any_forwarding();
        for (auto& next_hop : forwarding.best)
            if (roll(3) == 0) next_hop.cover = static_cast<CoverRole>(roll(4));
        wanted_[which] = forwarding;
        batch.announce(which, RouteSource::Bgp, 20, forwarding);
        box_.fib.apply(batch, box_.now);
    }

    // The kernel's word of it may come late, and that of its coming back with it.
    void toggle_link() {
        const auto link = 1 + roll(3);
        if (box_.kernel.links[link]) {
            const bool admin = roll(2) == 0;
            if (admin)
                std::erase_if(foreign_, [&](const auto& key) {
                    return box_.kernel.routes.at(key).hops.front().target.interface == link;
                });
            box_.kernel.set_link(link, !admin, false);
        } else {
            box_.kernel.set_link(link, true, true);
        }
    }

    void toggle_neighbor() {
        const auto link = 1 + roll(3);
        const auto tag = static_cast<NeighborTag>(link);
        if (down_.contains(link) && roll(2) == 0) {
            if (waiting_.insert(link).second) ++epochs_[link];
            box_.fib.neighbor_returning(tag, epochs_[link], kNoInterface, box_.now);
        } else if (down_.erase(link) > 0) {
            if (waiting_.erase(link) == 0) ++epochs_[link];
            box_.fib.neighbor_up(tag, epochs_[link], kNoInterface, box_.now);
        } else {
            down_.insert(link);
            box_.fib.neighbor_down(tag, epochs_[link], box_.now);
        }
        if (waiting_.contains(link) && roll(4) == 0) {  // it fails while it waits
            waiting_.erase(link);
            box_.fib.neighbor_down(tag, epochs_[link], box_.now);
        }
    }

    void change_role() {
        const auto link = 1 + roll(3);
        roles_[link] = static_cast<CoverRole>(roll(4));
        box_.fib.set_cover_role(static_cast<NeighborTag>(link), roles_[link], box_.now);
    }

    void foreign_route() {
        const auto which = net_prefix(roll(kPrefixes));
        const std::uint32_t metric = roll(2) == 0 ? 20 : 0;
        const ModelKernel::RouteKey key{which, metric};
        if (foreign_.contains(key)) {
            box_.kernel.delete_route(which, metric);
            foreign_.erase(key);
        } else if (const auto link = 1 + roll(3); box_.kernel.links[link]) {
            if (box_.kernel.add_foreign(which, metric, Box::at(link, v6_), roll(2) == 0))
                foreign_.insert(key);
        }
    }

    void vandalize() {
        if (roll(2) == 0) {
            const auto which = net_prefix(roll(kPrefixes));
            if (!foreign_.contains({which, 20})) box_.kernel.delete_route(which, 20);
        } else if (!box_.kernel.objects.empty()) {
            auto victim = box_.kernel.objects.begin();
            std::advance(victim, roll(static_cast<unsigned>(box_.kernel.objects.size())));
            box_.kernel.delete_object(victim->first);
        }
    }

    void collect() {
        for (auto& event : box_.kernel.take_events())
            events_.push_back(event);
    }

    void deliver_some() {
        collect();
        for (auto count = roll(4); count > 0 && !events_.empty(); --count) {
            const auto event = events_.front();
            events_.pop_front();
            box_.deliver_event(event);
        }
    }

    void deliver_all() {
        collect();
        while (!events_.empty()) {
            const auto event = events_.front();
            events_.pop_front();
            box_.deliver_event(event);
        }
    }

    void give_some() {
        for (auto count = roll(5); count > 0 && !box_.results.empty(); --count)
            box_.give_result();
    }

    void settle() {
        box_.kernel.fail_next = 0;
        deliver_all();
        while (!box_.results.empty())
            box_.give_result();
        box_.fib.end_of_rib(box_.now);
        box_.run();
        box_.pass(std::chrono::seconds(10));  // the shorter back-offs: nothing may need a long one
    }

    std::set<OnLink> usable(const std::vector<NextHop>& next_hops, bool last_resort = false) {
        std::set<OnLink> places;
        for (const auto& next_hop : next_hops) {
            const auto link = static_cast<InterfaceIndex>(next_hop.neighbor);
            const bool may = !down_.contains(link) || (last_resort && waiting_.contains(link));
            if (box_.kernel.links[link] && may) places.insert(Box::at(link, v6_));
        }
        return places;
    }

    // The best, else the backups; else those of them that wait.
    std::set<OnLink> expected_ways(const Forwarding& forwarding) {
        for (const bool last_resort : {false, true})
            for (const auto* next_hops : {&forwarding.best, &forwarding.backup})
                if (auto places = usable(*next_hops, last_resort); !places.empty()) return places;
        return {};
    }

    bool is_foreign(const dx::net::Prefix& which) const {
        return foreign_.contains({which, 20}) || foreign_.contains({which, 0});
    }

    CoverRole role(const NextHop& next_hop) {
        if (next_hop.cover != CoverRole::None) return next_hop.cover;
        return roles_[static_cast<unsigned>(next_hop.neighbor)];
    }

    // In the kernel, over a neighbor that covers.
    bool covers(const dx::net::Prefix& shorter) {
        const auto found = wanted_.find(shorter);
        if (found == wanted_.end() || is_foreign(shorter)) return false;
        const auto covering = [&](const NextHop& next_hop) {
            return role(next_hop) == CoverRole::Covers && !usable({next_hop}).empty();
        };
        const auto& [kind, best, backup] = found->second;
        return std::ranges::any_of(usable(best).empty() ? backup : best, covering);
    }

    bool stands_back(const dx::net::Prefix& which, const Forwarding& forwarding) {
        const auto yields = [&](const NextHop& next_hop) {
            return role(next_hop) == CoverRole::Yields;
        };
        if (!std::ranges::all_of(forwarding.best, yields)) return false;
        return std::ranges::any_of(wanted_, [&](const auto& other) {
            return other.first.length() < which.length() && other.first.contains(which) &&
                   covers(other.first);
        });
    }

    void check(const dx::net::Prefix& which) {
        INFO(which.to_string());
        std::set<OnLink> expected;
        if (const auto found = wanted_.find(which); found != wanted_.end()) {
            expected = expected_ways(found->second);
            if (stands_back(which, found->second)) expected.clear();
        }
        if (is_foreign(which)) expected.clear();
        const auto found = box_.kernel.routes.find({which, 20});
        const bool ours =
            found != box_.kernel.routes.end() && found->second.protocol != ModelKernel::kForeign;
        if (expected.empty()) {
            CHECK_FALSE(ours);
            return;
        }
        const auto view = box_.fib.find(which, box_.now);
        INFO((view ? to_string(view->state) : "not known")
             << ", errno " << (view ? view->error : 0));
        REQUIRE(ours);
        CHECK(box_.kernel.carriers(found->second) == expected);
    }

    std::mt19937 random_;
    Box box_;
    bool v6_;
    std::map<dx::net::Prefix, Forwarding> wanted_;
    std::set<unsigned> down_;
    std::set<unsigned> waiting_;  // of those
    std::map<unsigned, SessionEpoch> epochs_;
    std::map<unsigned, CoverRole> roles_;
    std::set<ModelKernel::RouteKey> foreign_;
    std::deque<ModelKernel::Event> events_;
};

void play_all(FibConfig config, ObjectSupport support) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        for (const bool v6 : {false, true}) {
            INFO("seed " << seed << (v6 ? " IPv6" : " IPv4"));
            Chaos chaos(seed, config, support, v6);
            chaos.play(150);
            chaos.check();
            chaos.end_and_check();
        }
    }
}

}  // namespace

TEST_CASE("after any sequence of events the kernel has what is wanted: protection groups") {
    play_all({}, ObjectSupport::ResilientGroups);
}

TEST_CASE("after any sequence of events the kernel has what is wanted: objects for all") {
    FibConfig config;
    config.plain_route_limit = 0;
    play_all(config, ObjectSupport::ResilientGroups);
}

TEST_CASE("after any sequence of events the kernel has what is wanted: no resilient groups") {
    FibConfig config;
    config.plain_route_limit = 3;
    play_all(config, ObjectSupport::Groups);
}

TEST_CASE("after any sequence of events the kernel has what is wanted: plain routes only") {
    play_all({}, ObjectSupport::None);
}
