// A few words that outlive a run, in a file of the state directory, its owner's alone. Nobody waits
// for the disk; what cannot be written (it is full) is tried again until it can.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/disk.hpp"

namespace dx::daemon {

class StateRecord {
public:
    // For the log: a trouble, or that it is over.
    using Report = std::function<void(bool trouble, const std::string& text)>;
    using Written = std::function<void(const std::string& trouble)>;

    // What follows from a file that cannot be read, or not be written.
    struct Words {
        std::string_view unread;
        std::string_view unwritten;
    };

    // `disk` outlives this.
    StateRecord(boost::asio::io_context& io, Disk& disk, std::filesystem::path file, Words words,
                Report report, std::chrono::milliseconds retry)
        : disk_(disk),
          file_(std::move(file)),
          words_(words),
          report_(std::move(report)),
          retry_(retry),
          timer_(io) {}

    // What was wanted last is written as the disk thread ends.
    ~StateRecord();

    StateRecord(const StateRecord&) = delete;
    StateRecord& operator=(const StateRecord&) = delete;

    // Gives `take` what the run before kept, if anything; it throws where that makes no sense.
    // Blocks: for a start.
    void load(const std::function<void(const std::string& text)>& take);

    void keep(std::string text);  // instead of what was there; empty: no file

    // Tells once whether the file says what was wanted last: an empty text, or why not. At once
    // where that is known, else when the disk has answered.
    void when_written(Written tell);

    // Why what is wanted could not be written when it was last tried; empty: nothing is amiss.
    const std::string& trouble() const { return trouble_; }

    void stop() { timer_.cancel(); }  // nothing is tried again, but for once at the end

private:
    void write();
    void written(std::string text, const std::string& error);
    void tell_waiting();

    Disk& disk_;
    std::filesystem::path file_;
    Words words_;
    Report report_;
    std::chrono::milliseconds retry_;
    boost::asio::steady_timer timer_;  // until what failed is tried again
    // None until it is known: a file that could not be read is not taken for an empty one.
    std::optional<std::string> wanted_;
    std::optional<std::string> kept_;  // what the file says
    bool under_way_ = false;
    std::string trouble_;
    std::vector<Written> waiting_;  // until nothing is under way
};

}  // namespace dx::daemon
