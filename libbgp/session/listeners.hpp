// All listening sockets of a speaker: one for each configured address, and one for each interface
// over which there is a neighbor with a link-local address. The kernel keys such an address without
// its scope, so that the same one on two links with two keys needs a socket each; what is bound to
// an interface is preferred for what comes in there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "libbgp/session/listener.hpp"

namespace dx::bgp {

class Listeners {
public:
    using Accepted = std::function<void(const Listener&, boost::asio::ip::tcp::socket)>;
    using Note = std::function<void(Severity, std::string)>;

    Listeners(boost::asio::any_io_executor executor, const SpeakerSettings& settings,
              Accepted accepted, Note note);
    ~Listeners();

    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    void open();
    void close();  // for good

    // The neighbors that may connect, all of them. One whose link is not there is to be left out:
    // the interface may come back as another one of the same name.
    void serve(std::span<const NeighborSettings* const> neighbors);

    std::vector<ListenerStatus> status() const;

private:
    using Where = std::pair<net::Family, std::string>;  // the interface; empty: any

    std::shared_ptr<Listener> make(const Endpoint& endpoint, const std::string& interface);
    const Listener* wildcard() const;  // the one that those of the interfaces share the port with
    void follow_links();

    boost::asio::any_io_executor executor_;
    Accepted accepted_;
    Note note_;
    std::vector<std::shared_ptr<Listener>> configured_;
    std::map<Where, std::shared_ptr<Listener>> of_links_;
    std::map<Where, ListenFor> wanted_;
};

}  // namespace dx::bgp
