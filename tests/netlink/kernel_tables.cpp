#include "tests/netlink/kernel_tables.hpp"

#include <sstream>
#include <stdexcept>

#include <boost/asio/io_context.hpp>

#include "libfib/netlink/dump_socket.hpp"
#include "libfib/netlink/observation_codec.hpp"
#include "libfib/netlink/request_codec.hpp"
#include "libfib/netlink/request_socket.hpp"
#include "tests/netlink/private_namespace.hpp"

namespace dx::test {

namespace {

template <class Take>
void dump(netlink::DumpKind kind, std::uint32_t table, Take take) {
    boost::asio::io_context context;
    netlink::DumpSocket socket(context);
    int failed = 0;
    socket.start({[&](netlink::MessageBatch& batch, std::uint32_t sequence) {
                      netlink::write_dump(batch, sequence, kind, table);
                  },
                  take, [&](int error) { failed = error; }});
    context.run();
    if (failed != 0 && failed != ENOENT)
        throw std::runtime_error("dump failed: errno " + std::to_string(failed));
}

}  // namespace

std::multimap<net::Prefix, fib::KernelRoute> kernel_routes(std::uint32_t table) {
    std::multimap<net::Prefix, fib::KernelRoute> routes;
    for (const auto kind : {netlink::DumpKind::Ipv4Routes, netlink::DumpKind::Ipv6Routes})
        dump(kind, table, [&](nlmsghdr& message) {
            if (const auto route = netlink::read_route(message, table))
                routes.emplace(route->prefix, *route);
        });
    return routes;
}

std::multimap<net::Prefix, fib::KernelRoute> kernel_routes_of(std::uint8_t protocol,
                                                              std::uint32_t table) {
    auto routes = kernel_routes(table);
    std::erase_if(routes, [&](const auto& route) { return route.second.protocol != protocol; });
    return routes;
}

std::map<fib::ObjectId, fib::KernelObject> kernel_objects() {
    std::map<fib::ObjectId, fib::KernelObject> objects;
    dump(netlink::DumpKind::Objects, 0, [&](nlmsghdr& message) {
        if (const auto object = netlink::read_object(message)) objects.emplace(object->id, *object);
    });
    return objects;
}

std::vector<unsigned> buckets_of(fib::ObjectId group) {
    const auto id = std::to_string(static_cast<std::uint32_t>(group));
    std::istringstream words(ip("nexthop bucket list id " + id));
    std::map<std::uint32_t, unsigned> dealt;
    for (std::string word; words >> word;) {
        std::uint32_t member = 0;
        if (word == "nhid" && words >> member) ++dealt[member];
    }
    std::vector<unsigned> counts;
    const auto object = kernel_objects().at(group);
    for (const auto& member : object.members)
        counts.push_back(dealt[static_cast<std::uint32_t>(member.id)]);
    return counts;
}

std::vector<std::pair<int, std::string>> send_requests(
    const std::vector<fib::KernelRequest>& requests, std::uint32_t table) {
    boost::asio::io_context context;
    std::vector<std::pair<int, std::string>> results(requests.size(), {-1, "not answered"});
    netlink::RequestSocket socket(
        context, {[&](const netlink::RequestResult& result) {
                      results[result.token] = {result.error, std::string(result.text)};
                  },
                  [] {}, [] { throw std::runtime_error("answers were lost"); }});
    for (std::size_t i = 0; i < requests.size(); ++i) {
        socket.add(i, [&](netlink::MessageBatch& batch, std::uint32_t sequence) {
            netlink::write_request(batch, sequence, requests[i], table);
        });
        if (socket.room() > 0 && i + 1 < requests.size()) continue;
        socket.send();
        socket.read_answers();
        while (!socket.idle() && context.run_one() > 0) {
        }
        context.restart();
    }
    return results;
}

}  // namespace dx::test
