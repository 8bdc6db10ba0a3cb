// What the RIB keeps of a neighbor besides its routes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libbgp/rib/adj_rib_out.hpp"
#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/rib/route_table.hpp"
#include "libbgp/rib/update_group.hpp"

namespace dx::bgp {

struct Tally {
    std::uint32_t received = 0;
    std::uint32_t accepted = 0;
    std::uint32_t discarded = 0;

    // `by` is 1, or -1 as it is in unsigned arithmetic.
    void add(PathState state, std::uint32_t by) {
        received += by;
        if (state == PathState::Accepted) accepted += by;
        if (state == PathState::LimitExceeded) discarded += by;
    }
};

// Which of a neighbor's paths count. Each carries the generation it was received in; `valid_from`
// up to `current` are alive. The end of a session, or of a refresh, moves numbers here and is thus
// effective at once for any number of paths; the dead ones are swept in slices.
class Inbound {
public:
    bool alive(std::uint8_t generation) const {
        return static_cast<std::uint8_t>(current_ - generation) <= window();
    }

    bool stale(std::uint8_t generation) const { return generation != current_; }

    std::uint8_t current() const { return current_; }

    void end_session() {
        unswept_ += window() + 1U;
        valid_from_ = ++current_;
        tally_ = older_ = {};
        restarting_ = long_lived_ = false;
        forget_limit_reports();
    }

    // The session has ended and its paths stay in use (RFC 4724 4.2): what the next one does not
    // bring again dies at end_restart(). What waited for that already is dead now, unless the
    // session has told nothing: then the restart goes on that there was before it. What is kept for
    // long lives on, and what was told now is kept with it (RFC 9494 4.2). True: other paths are
    // alive, or stale, than before. Not while must_merge().
    bool begin_restart() {
        forget_limit_reports();
        if (restarting_ && tally_.received == 0) return false;
        if (!long_lived_) end_restart();
        begin_generation();
        restarting_ = true;
        return true;
    }

    // End-of-RIB, or nobody waits any longer. False: there was no restart.
    bool end_restart() {
        if (!restarting_) return false;
        restarting_ = long_lived_ = false;
        end_generations();
        return true;
    }

    bool restarting() const { return restarting_; }

    // The neighbor has been away for long: what is stale is the last choice (RFC 9494).
    void begin_long_lived() { long_lived_ = restarting_; }

    bool long_lived() const { return long_lived_; }

    bool long_lived_stale(std::uint8_t generation) const {
        return long_lived_ && stale(generation);
    }

    // RFC 7313 BoRR. Refreshes begun without ever ending are merged before generations run out; one
    // that comes before the End-of-RIB of a restart means nothing (RFC 7313 4).
    void begin_refresh() {
        if (!restarting_ && !must_merge()) begin_generation();
    }

    // EoRR: what has not come again is dead. False: there was nothing to end.
    bool end_refresh() {
        if (restarting_ || window() == 0) return false;
        end_generations();
        return true;
    }

    // So many that a dead generation's number might come again.
    bool must_sweep() const { return unswept_ >= 100; }

    void swept() { unswept_ = 0; }

    // So many are alive that another would be too much: all but the current one become one, which
    // costs no path its life (RFC 9494 4.2). The caller moves the paths, and removes the dead.
    bool must_merge() const { return window() >= kMostAlive; }

    std::uint8_t merged(std::uint8_t generation) const {
        return stale(generation) ? static_cast<std::uint8_t>(current_ - 1) : generation;
    }

    void end_merge() {
        valid_from_ = static_cast<std::uint8_t>(current_ - 1);
        unswept_ = 0;
    }

    void count(const Path& path, std::uint32_t by) {
        if (!alive(path.generation)) return;
        (path.generation == current_ ? tally_ : older_).add(path.state, by);
    }

    Tally total() const {
        return {tally_.received + older_.received, tally_.accepted + older_.accepted,
                tally_.discarded + older_.discarded};
    }

    // Of those that a limit counts: what is left from before a restart is not the session's doing.
    std::uint32_t accepted_now() const { return limited().accepted; }

    std::uint32_t discarded_now() const { return limited().discarded; }

    std::uint32_t stale_count() const { return restarting_ ? older_.received : 0; }

    std::uint32_t best = 0;  // prefixes whose best path this neighbor gave
    bool near_limit_reported = false;
    bool over_limit_reported = false;

    // Of another session or another limit.
    void forget_limit_reports() { near_limit_reported = over_limit_reported = false; }

private:
    static constexpr unsigned kMostAlive = 100;  // generations

    Tally limited() const { return restarting_ ? tally_ : total(); }

    std::uint8_t window() const { return static_cast<std::uint8_t>(current_ - valid_from_); }

    void begin_generation() {
        ++current_;
        older_ = total();
        tally_ = {};
    }

    void end_generations() {
        unswept_ += window();
        valid_from_ = current_;
        older_ = {};
    }

    std::uint8_t current_ = 0;
    std::uint8_t valid_from_ = 0;
    bool restarting_ = false;
    bool long_lived_ = false;
    unsigned unswept_ = 0;  // dead generations of which paths may be left
    Tally tally_;           // of the current generation
    Tally older_;           // of the others that are alive
};

struct NeighborState {
    NeighborId id{};
    RibNeighbor settings;
    std::optional<RibSession> session;
    RibSession peer;  // the session, or the last one, of which paths may be left
    PerFamily<Inbound> in;
    PerFamily<AdjRibOut> out;
    std::shared_ptr<UpdateGroup> group;  // while there is a session
    bool announced_output = false;  // RibEvents::output_ready was called since it was last idle
    bool wants_turn = false;        // `fill` had much to look at and nothing to send yet

    bool established(net::Family family) const {
        return session && session->families.contains(family);
    }

    bool has_paths(net::Family family) const {
        return established(family) || in[family].restarting();
    }
};

}  // namespace dx::bgp
