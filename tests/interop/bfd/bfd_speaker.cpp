// A BfdService for the scenario beside it: commands come as lines from a FIFO, events go as JSON
// lines to the standard output, with times of the monotonic clock in seconds.
//
//   add NAME PEER LOCAL INTERFACE MILLISECONDS MULTIPLIER
//   configure NAME MILLISECONDS MULTIPLIER
//   admin-down NAME | admin-up NAME | remove NAME
//   status
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <istream>
#include <map>
#include <memory>
#include <mutex>
#include <net/if.h>
#include <sstream>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/json.hpp>

#include "libfib/bfd/service.hpp"

namespace {

using namespace dx;
using namespace dx::bfd;
namespace json = boost::json;

double seconds(TimePoint at) {
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

json::value milliseconds(const std::optional<Interval>& interval) {
    if (!interval) return nullptr;
    return std::chrono::duration<double, std::milli>(*interval).count();
}

void print(const json::object& line) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    std::cout << json::serialize(line) + "\n" << std::flush;
}

json::object describe(const PeerStatus& peer) {
    const SessionStatus& status = peer.status;
    return {{"state", to_string(status.state)},
            {"since", seconds(status.state_since)},
            {"diagnostic", to_string(status.local.diagnostic)},
            {"remote_state", to_string(status.remote.state)},
            {"remote_diagnostic", to_string(status.remote.diagnostic)},
            {"transmit_interval", milliseconds(status.transmit_interval)},
            {"detection_time", milliseconds(status.detection_time)},
            {"smallest_margin", milliseconds(status.smallest_margin)},
            {"polling", status.polling},
            {"ups", status.counters.ups},
            {"downs", status.counters.downs},
            {"packets_in", status.counters.packets_in},
            {"packets_out", status.counters.packets_out},
            {"discarded", peer.discarded.total()},
            {"send_errors", peer.send_errors},
            {"last_send_error", peer.last_send_error}};
}

class Speaker : public BfdEvents {
public:
    explicit Speaker(const char* fifo)
        : commands_(routing_, ::open(fifo, O_RDWR | O_CLOEXEC)),
          service_(routing_, *this,
                   [](const SessionChange& change) { print_change("down", change); }) {
        read();
    }

    void run() { routing_.run(); }

    void on_bfd_change(const SessionChange& change) override { print_change("change", change); }

    void on_bfd_refusal(const RefusalChange& change) override {
        print({{"event", "refusal"}, {"reason", change.reason ? to_string(*change.reason) : ""}});
    }

    void on_bfd_note(const std::string& text) override {
        print({{"event", "note"}, {"text", text}});
    }

private:
    // The token is the session's number in the order of the commands.
    static void print_change(const char* event, const SessionChange& change) {
        print({{"event", event},
               {"number", change.token},
               {"from", to_string(change.transition.from)},
               {"to", to_string(change.transition.to)},
               {"diagnostic", to_string(change.transition.diagnostic)},
               {"remote_diagnostic", to_string(change.transition.remote_diagnostic)},
               {"administrative", change.transition.administrative},
               {"at", seconds(change.at)}});
    }

    void read() {
        boost::asio::async_read_until(commands_, buffer_, '\n',
                                      [this](const boost::system::error_code& error, std::size_t) {
                                          if (error) return;
                                          std::istream stream(&buffer_);
                                          std::string line;
                                          std::getline(stream, line);
                                          std::istringstream words(line);
                                          obey(words);
                                          read();
                                      });
    }

    void obey(std::istringstream& words) {
        std::string verb, name;
        words >> verb >> name;
        if (verb == "add") return add(name, words);
        if (verb == "status") return show();
        const SessionId session = names_.at(name);
        if (verb == "configure")
            return service_.configure(session, keys_.at(name), settings(words));
        if (verb == "remove") return service_.remove(session);
        service_.set_admin_down(session, verb == "admin-down");
    }

    void add(const std::string& name, std::istringstream& words) {
        std::string peer, local, interface;
        words >> peer >> local >> interface;
        const PeerKey key{net::IpAddress::parse(peer).value(), net::IpAddress::parse(local).value(),
                          ::if_nametoindex(interface.c_str())};
        keys_[name] = key;
        const Token number = names_.size();
        names_[name] = service_.add(key, settings(words), number);
    }

    static SessionSettings settings(std::istringstream& words) {
        int interval = 0;
        int multiplier = 0;
        words >> interval >> multiplier;
        return {std::chrono::milliseconds(interval), std::chrono::milliseconds(interval),
                static_cast<std::uint8_t>(multiplier)};
    }

    void show() {
        service_.status([this](const BfdStatus& status) {
            json::object peers;
            for (const auto& peer : status.peers)
                for (const auto& [name, session] : names_)
                    if (session == peer.session) peers[name] = describe(peer);
            print({{"event", "status"}, {"peers", peers}});
        });
    }

    boost::asio::io_context routing_{1};
    boost::asio::posix::stream_descriptor commands_;
    boost::asio::streambuf buffer_;
    std::map<std::string, SessionId> names_;
    std::map<std::string, PeerKey> keys_;
    BfdService service_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: bfd_speaker FIFO\n", stderr);
        return 2;
    }
    Speaker(argv[1]).run();
}
