// Which neighbors the operator drained, kept over restarts in STATE/drained.json, its owner's
// alone. Nobody waits for the disk; what cannot be written (it is full) is tried again until it
// can.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/disk.hpp"

namespace dx::daemon {

class DrainRecord {
public:
    using Names = std::set<std::string>;

    // For the log: a trouble, or that it is over.
    using Report = std::function<void(bool trouble, const std::string& text)>;

    // `disk` outlives this.
    DrainRecord(boost::asio::io_context& io, Disk& disk, const std::filesystem::path& state,
                Report report, std::chrono::milliseconds retry = std::chrono::seconds(30))
        : disk_(disk),
          file_(state / "drained.json"),
          report_(std::move(report)),
          retry_(retry),
          timer_(io) {}

    // What was wanted last is written as the disk thread ends.
    ~DrainRecord();

    DrainRecord(const DrainRecord&) = delete;
    DrainRecord& operator=(const DrainRecord&) = delete;

    // What the run before kept; nothing where that cannot be read. Blocks: for a start.
    Names load();

    void keep(Names names);  // these are drained now, and no others

    void stop() { timer_.cancel(); }  // nothing is tried again, but for once at the end

private:
    void write();
    void written(Names names, const std::string& error);

    Disk& disk_;
    std::filesystem::path file_;
    Report report_;
    std::chrono::milliseconds retry_;
    boost::asio::steady_timer timer_;  // until what failed is tried again
    // None until it is known: a file that could not be read is not taken for an empty one.
    std::optional<Names> wanted_;
    std::optional<Names> kept_;  // what the file says
    bool under_way_ = false;
    bool in_trouble_ = false;
};

}  // namespace dx::daemon
