// The form of the tables behind metrics.hpp: a row is a metric and how its values are read from a
// view; a table is the rows for one kind of view, with the labels that they share.
#pragma once

#include <array>
#include <cassert>
#include <chrono>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/control/metrics.hpp"

namespace dx::control {

// Where a row puts what it reads.
class MetricValues {
public:
    MetricValues(MetricFamily& family, const std::vector<std::string>& shared)
        : family_(family), shared_(shared) {}

    // `own` are the values of the row's own labels, in their order.
    template <class Number>
    void add(Number value, std::initializer_list<std::string> own = {}) {
        sample(own).value = static_cast<double>(value);
    }

    template <class Rep, class Period>
    void add(std::chrono::duration<Rep, Period> value,
             std::initializer_list<std::string> own = {}) {
        sample(own).value = std::chrono::duration<double>(value).count();
    }

    void add(const DurationHistogram& histogram) { sample({}).histogram = histogram; }

private:
    MetricSample& sample(std::initializer_list<std::string> own) {
        auto& made = family_.samples.emplace_back();
        made.labels = shared_;
        made.labels.insert(made.labels.end(), own.begin(), own.end());
        assert(made.labels.size() == family_.labels.size());
        return made;
    }

    MetricFamily& family_;
    const std::vector<std::string>& shared_;
};

template <class View>
struct MetricRow {
    std::string_view name;
    MetricType type;
    std::string_view help;
    void (*read)(const View& view, MetricValues& out);
    std::array<std::string_view, 4> labels{};  // its own, after those of the table; "": no more
};

template <class View>
class MetricTable {
public:
    MetricTable(std::span<const MetricRow<View>> rows,
                const std::vector<std::string>& shared_labels)
        : rows_(rows) {
        for (const auto& row : rows_) {
            auto& family = families_.emplace_back();
            family.name = row.name;
            family.type = row.type;
            family.help = row.help;
            family.labels = shared_labels;
            for (const auto label : row.labels)
                if (!label.empty()) family.labels.emplace_back(label);
        }
    }

    // `labels` are the values of the shared ones.
    void add(const View& view, const std::vector<std::string>& labels) {
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            MetricValues values(families_[i], labels);
            rows_[i].read(view, values);
        }
    }

    void append_to(std::vector<MetricFamily>& out) {
        for (auto& family : families_)
            out.push_back(std::move(family));
        families_.clear();
    }

private:
    std::span<const MetricRow<View>> rows_;
    std::vector<MetricFamily> families_;
};

}  // namespace dx::control
