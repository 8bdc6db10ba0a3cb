// The UDP socket of one family that hears all peers (RFC 5881 4, 5). It never blocks, and belongs
// to the network namespace of the thread that opens it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libfib/bfd/arrival_clock.hpp"
#include "libfib/bfd/demultiplexer.hpp"
#include "libfib/bfd/packet.hpp"

namespace dx::bfd {

class ReceiveSocket {
public:
    struct Datagram {
        Bytes bytes;
        Arrival arrival;
        std::optional<TimeOfDay> stamp;
    };

    ReceiveSocket(boost::asio::io_context& context, net::Family family);
    ~ReceiveSocket();

    // What the kernel refused, in words; empty: it is open now.
    std::string open();
    void close();

    bool is_open() const { return descriptor_.is_open(); }

    // Gives up to one batch of what is there to `visit`; true: there may be more. `clock` is read
    // for it.
    bool read(ArrivalClock& clock, const std::function<void(const Datagram&)>& visit);

    // Calls back once, when there is something to read; not after close().
    template <class Handler>
    void async_wait(Handler&& handler) {
        descriptor_.async_wait(
            boost::asio::posix::stream_descriptor::wait_read,
            [handler = std::forward<Handler>(handler)](const boost::system::error_code& error) {
                if (!error) handler();
            });
    }

private:
    struct Batch;

    net::Family family_;
    boost::asio::posix::stream_descriptor descriptor_;
    std::unique_ptr<Batch> batch_;
};

}  // namespace dx::bfd
