// The journal: the last events of each neighbor, of the gateways of static routes and of the router
// itself, in memory and in a file that the next run reads. The memory is what counts: whenever the
// file may be incomplete (a full disk, a torn line, more events than the disk takes) it is written
// anew from it as a whole, so that nothing but a crash loses an event. Routing never waits for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/disk.hpp"
#include "daemon/events.hpp"
#include "daemon/journal_file.hpp"

namespace dx::daemon {

class Journal {
public:
    struct Limits {
        std::size_t events = 200;               // of a neighbor
        std::size_t former = 16;                // neighbors that are configured no more
        std::size_t waiting_bytes = 256 << 10;  // for the disk; beyond, the file is written anew
        std::size_t file_bytes = 1 << 20;       // or twice what is kept, if that is more
        std::chrono::steady_clock::duration retry = std::chrono::seconds(10);
    };

    // True: something is wrong; it is told once, and when it is over.
    using Tell = std::function<void(bool trouble, const std::string& text)>;

    // All that is given outlives this.
    Journal(EventStream& events, Disk& disk, std::shared_ptr<JournalStore> store, Tell tell);
    Journal(EventStream& events, Disk& disk, std::shared_ptr<JournalStore> store, Tell tell,
            const Limits& limits);

    // What waits is written as the disk thread ends.
    ~Journal();

    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Reads what earlier runs left; before the first event. `neighbors` as in follow().
    void load(const std::vector<std::string>& neighbors);

    // These are configured now. Of all others the `former` that something happened to last are
    // kept, over restarts too, so that a rollback or a second thought finds their history again;
    // the rest is forgotten.
    void follow(const std::vector<std::string>& neighbors);

    // Whether the last run, if there was one, came to its end and said so.
    bool last_run_ended() const { return last_run_ended_; }

    // The latest `count` events of a neighbor, of the router and of the gateways of its static
    // routes, each a JSON object, oldest first. The gateways have a quarter of them at most, for
    // one that comes and goes would leave nothing of the others.
    std::vector<std::string> history(const std::string& neighbor, std::size_t count) const;

    // Why the file could not be written when it was last tried; empty: nothing is amiss.
    const std::string& trouble() const { return trouble_; }

    // Without waiting for the next event, which may be far; nothing where nothing is amiss, or it
    // was tried a moment ago.
    void try_again() { write(); }

private:
    struct Kept {
        std::uint64_t sequence;
        std::string line;
    };

    struct Chapter {
        std::deque<Kept> events;
        // What attempts came to since the last session: they go on for as long as it takes, and
        // would leave no room for what ended it.
        std::set<std::string> said;
    };

    void note(const Event& event);
    static bool is_repeated(const Event& event, Chapter& chapter);
    void keep(const std::string& chapter, Kept kept);
    void load_line(std::string_view line);
    void forget_former();
    std::string everything() const;
    void write();
    void written(bool anew, std::size_t bytes, const std::string& error);

    EventStream& events_;
    Disk& disk_;
    std::shared_ptr<JournalStore> store_;
    Tell tell_;
    Limits limits_;
    std::map<std::string, Chapter> chapters_;  // by neighbor; "" of the router; kGateways
    std::set<std::string> configured_;         // neighbors
    std::string waiting_;                      // lines for the disk
    std::size_t file_size_ = 0;
    std::size_t file_limit_;
    std::uint64_t last_sequence_ = 0;
    std::uint64_t last_start_ = 0;  // the sequence of the latest Started, which is always kept
    std::chrono::steady_clock::time_point retry_at_;
    bool anew_ = false;     // the file lacks something
    bool writing_ = false;  // one job at a time
    std::string trouble_;
    bool last_run_ended_ = true;
    EventStream::Subscription subscription_;
};

}  // namespace dx::daemon
