// Which neighbors the operator drained, kept over restarts in STATE/drained.json.
#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "daemon/state_record.hpp"

namespace dx::daemon {

class DrainRecord {
public:
    using Names = std::set<std::string>;

    // `disk` outlives this.
    DrainRecord(boost::asio::io_context& io, Disk& disk, const std::filesystem::path& state,
                StateRecord::Report report,
                std::chrono::milliseconds retry = std::chrono::seconds(30));

    // What the run before kept; nothing where that cannot be read. Blocks: for a start.
    Names load();

    void keep(const Names& names);  // these are drained now, and no others

    // As StateRecord's.
    void when_written(StateRecord::Written tell) { record_.when_written(std::move(tell)); }

    const std::string& trouble() const { return record_.trouble(); }

    void stop() { record_.stop(); }  // nothing is tried again, but for once at the end

private:
    StateRecord record_;
};

}  // namespace dx::daemon
