// Forwarding groups: what stands between a route and its next hops, so that moving a million routes
// is one message.
//
// A group's identity is (best, backup) as routing named it; `wanted` is that as it can be used now;
// `programmed` is what its nexthop object holds. Owns the nexthop objects and their identifiers: an
// identifier is free again only when its deletion is acknowledged. Knows nothing of prefixes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "libfib/fib/kernel.hpp"
#include "libfib/fib/route.hpp"

namespace dx::fib {

// One member of a group.
struct Way {
    OnLink target;
    std::uint16_t weight = 1;
    bool backup = false;  // idle while there is a best

    friend bool operator==(const Way&, const Way&) = default;
};

// Whether both carry the traffic alike.
bool same_traffic(const std::vector<Way>& a, const std::vector<Way>& b);

struct Group {
    Forwarding identity;
    // Of the identity, for it is asked for each route. Single: one way and nothing behind it, a
    // plain route says as much. Bare: a next hop is a whole link, has no family of its own and is
    // written into the routes.
    bool single = false;
    bool bare_link = false;
    bool interned = false;  // else the slot is free
    bool yields = false;    // its routes stand back behind a shorter one that ...
    bool covers = false;    // ... has this: it can be used, over a neighbor that covers
    std::vector<Way> wanted;
    bool last_resort = false;        // `wanted` leads over neighbors that wait to be used again
    std::uint32_t version = 0;       // counts the changes of `wanted`
    std::vector<net::Prefix> chain;  // see Resolution

    // Its routes, counted by the Fib.
    std::uint32_t candidates = 0;        // name it
    std::uint32_t selected[2] = {};      // of those, by family, where ours to install
    std::uint32_t plain = 0;             // installed with its next hops written out
    std::uint32_t object = 0;            // installed over its object
    std::uint32_t staying = 0;           // of `object`: those that want to stay
    std::uint32_t ending = 0;            // of `object`: those that nothing is to follow
    std::uint32_t in_flight = 0;         // requests that name it
    std::vector<std::uint32_t> waiting;  // prefix ids, for the object to be ready

    // A next hop may come back when no route is left here that wants to leave.
    bool reviving = false;
    TimePoint revive_by{};

    // In the kernel.
    ObjectId id = ObjectId::None;
    std::vector<Way> programmed;  // empty: not there, or not known
    std::vector<Way> replaced;    // what was programmed before the request that is unanswered
    bool ready = false;           // acknowledged: routes may use it
    bool dirty = false;           // queued to be put
    bool abandoned = false;       // queued to go, with the routes over it
    bool seen = false;            // by the present dump
    std::uint32_t requests = 0;   // unanswered
    std::uint32_t attempts = 0;   // failed in a row
    std::optional<TimePoint> idle_since;

    // What happened behind our back, counted, so that an answer under way then is not believed.
    std::uint32_t disturbances = 0;  // to the object
    std::uint32_t losses = 0;        // to the routes over it
    std::uint32_t plain_losses = 0;  // to its plain routes

    // Whether the object may be in the kernel and hold nothing but ways over the interface.
    bool may_depend_on(InterfaceIndex interface) const;

    bool usable() const { return identity.kind != ForwardingKind::Unicast || !wanted.empty(); }

    bool resilient() const { return !single; }

    std::uint32_t leaving() const { return object - staying; }

    bool routeless() const { return plain + object + in_flight == 0; }

    bool unused() const { return candidates == 0 && routeless(); }

    // Nothing but routes that are to be deleted is left of it.
    bool deserted() const { return candidates == 0 && ending == object; }
};

class ForwardingGroups {
public:
    using Request = std::variant<PutNextHop, PutGroup, DeleteObject>;

    // To whom a request's result belongs.
    struct Ticket {
        enum class Kind : std::uint8_t { Hop, Group, Delete };
        Kind kind = Kind::Group;
        std::uint32_t subject = 0;  // index of the hop or group; the object's identifier
        std::uint32_t disturbances = 0;
    };

    // What the kernel refused, where the operator is to hear of it.
    struct Refusal {
        ObjectId object = ObjectId::None;
        int error = 0;
    };

    // What happened to groups, for the routes of them.
    struct Consequences {
        std::vector<ForwardingId> ready;       // routes may use them now
        std::vector<ForwardingId> deleted;     // by us, the object with the routes over it
        std::vector<ForwardingId> lost;        // the object seems gone, with the routes over it
        std::vector<ForwardingId> lost_plain;  // plain routes may be gone
    };

    ForwardingGroups(std::uint8_t protocol, TimePoint now) : protocol_(protocol), now_(now) {}

    void set_time(TimePoint now) { now_ = now; }

    void set_support(ObjectSupport support) { support_ = support; }

    ObjectSupport support() const { return support_; }

    // The id of the group and whether it was made just now.
    std::pair<ForwardingId, bool> intern(const Forwarding& forwarding);

    Group& operator[](ForwardingId id) { return groups_[id]; }

    const Group& operator[](ForwardingId id) const { return groups_[id]; }

    std::size_t slots() const { return groups_.size(); }

    // What the group can use now, the best first, with the shares as weights; queues the
    // replacement of its object if it has one.
    void set_wanted(ForwardingId id, std::vector<Way> wanted, std::vector<net::Prefix> chain);

    // A route waits for the group's object. False if there cannot be one: use a plain route.
    bool need_object(ForwardingId id);

    // Something may have become unused.
    void note_idle();

    // Lets the object go and take the routes over it along, if the group is deserted by then (at
    // the end: in any case).
    void abandon(ForwardingId id);

    using Planned = std::optional<std::pair<Request, Ticket>>;

    // The next message about an object, the most urgent first: replacements, which move traffic,
    // then new ones, then deletions where nothing can be used any more.
    Planned next_replacement();
    Planned next_put();
    Planned next_deletion();  // of what is unused
    std::optional<Refusal> on_result(const Ticket& ticket, int error);

    void link_lost(InterfaceIndex interface);

    // By another program. True if it was one of ours in use.
    bool on_deleted(ObjectId id);
    void on_changed(const KernelObject& object);

    void begin_dump();
    void on_dumped(const KernelObject& object);
    std::uint32_t end_dump();  // the number of differences

    Consequences take_consequences() { return std::exchange(consequences_, {}); }

    // Nothing of an earlier run is used any more: its objects are deleted.
    void drop_adopted();
    void drain();  // at the end: objects that no route uses go at once

    // Frees what has been unused for long enough; the forwardings that are no more.
    std::vector<Forwarding> collect();

    std::optional<TimePoint> next_deadline() const;

    bool idle() const {
        return urgent_.empty() && fresh_.empty() && dying_.empty() && doomed_.empty();
    }

    // What was changed of groups that are in use is as it should be in the kernel.
    bool replaced_all() const;

    std::size_t group_count() const;
    std::size_t object_count() const;  // ours, those of an earlier run included

private:
    struct Hop {
        OnLink target;
        ObjectId id = ObjectId::None;
        bool present = false;  // put, in the order of requests
        bool seen = false;
        int error = 0;  // of the last put
        std::uint32_t disturbances = 0;
        std::optional<TimePoint> idle_since;
    };

    // Whose an identifier is.
    struct Owner {
        enum class Kind : std::uint8_t { Hop, Group, Doomed, Adopted, Foreign };
        Kind kind = Kind::Group;
        std::uint32_t subject = 0;
        bool is_group = false;  // Adopted
        bool seen = false;      // Adopted, Foreign
    };

    struct Doomed {
        ObjectId id = ObjectId::None;
        unsigned attempts = 0;
    };

    Planned next_put(std::deque<ForwardingId>& queue);
    Planned put(ForwardingId id);
    bool is_over(const Group& group) const;
    Planned put_hop(std::uint32_t index);
    std::vector<Way> weighed(const Group& group, std::vector<Way> ways) const;
    void on_hop_result(const Ticket& ticket, int error);
    std::optional<Refusal> on_group_result(const Ticket& ticket, int error);
    Refusal cause_of(const Group& group, int error) const;
    void on_delete_result(const Ticket& ticket, int error);
    void mark_dirty(ForwardingId id);
    void lose(ForwardingId id, std::vector<ForwardingId>& consequence);
    void suspect(ForwardingId id);
    void hop_lost(std::uint32_t index);
    void doom(ObjectId& id);
    void doom_group(ForwardingId id);
    void release(ForwardingId id);
    std::uint32_t hop_of(const OnLink& target);
    ObjectId take_id(Owner owner);
    bool lingered(std::optional<TimePoint>& idle_since, bool unused);
    void collect_hops();
    bool matches(const Group& group, const KernelObject& object) const;

    std::uint8_t protocol_;
    TimePoint now_;
    ObjectSupport support_ = ObjectSupport::None;
    std::chrono::seconds linger_{30};
    bool draining_ = false;
    std::vector<Group> groups_;
    std::vector<ForwardingId> free_groups_;
    std::unordered_multimap<std::uint64_t, ForwardingId> by_identity_;
    std::vector<Hop> hops_;
    std::vector<std::uint32_t> free_hops_;
    std::map<OnLink, std::uint32_t> hop_index_;
    std::unordered_map<std::uint32_t, Owner> owners_;  // every identifier in use
    std::uint32_t next_id_ = kFirstObjectId;
    std::deque<ForwardingId> urgent_;  // in use: replace
    std::deque<ForwardingId> fresh_;   // routes wait for it
    std::deque<ForwardingId> dying_;   // nothing is left that it could lead to
    std::deque<Doomed> doomed_;        // to be deleted
    std::multimap<TimePoint, ForwardingId> retries_;
    std::multimap<TimePoint, Doomed> delete_retries_;
    std::optional<TimePoint> collect_at_;
    Consequences consequences_;
};

}  // namespace dx::fib
