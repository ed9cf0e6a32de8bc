// Each op in Keras 3's words: NHWC, layers named as module_names.h has them.
#pragma once

#include "core/exchange/module_writer.h"
#include "core/ops/window.h"

namespace bypath {

class KerasLayers : public Dialect {
 public:
  // `momenta`: by layer path, the share of the old running average that a batch norm keeps; 0.9 where absent.
  KerasLayers(const OpGraph& graph, const std::map<std::string, double>& momenta)
      : graph_(graph), momenta_(momenta), numbers_(graph) {}

  bool functional() const override { return true; }
  bool isPlain(int) const override { return true; }
  std::string constructed(int, const Mark&) const override { return ""; }
  // `attribute` is Python text of the layer's name: "\"conv1\"", "name + \".conv1\"".
  Expression applied(int op, const std::string& attribute, const std::vector<Expression>& operands,
                     const Mark& mark) const override;

 private:
  const OpNode& node(int op) const { return graph_.nodes[static_cast<size_t>(op)]; }
  std::string convolution(const OpNode& node, const std::string& name, const Expression& x,
                          const Mark& mark) const;
  std::string transposed(const OpNode& node, const std::string& name, const Expression& x,
                         const Mark& mark) const;
  std::string dense(const OpNode& node, const std::string& name, const Expression& x, const Mark& mark) const;
  std::string batchNorm(const OpNode& node, const std::string& name, const Expression& x,
                        const Mark& mark) const;
  std::string pooled(const OpNode& node, const Expression& x) const;
  std::string padChannels(const OpNode& node, const Expression& x, const Mark& mark) const;
  std::string reshape(const OpNode& node, const Expression& x) const;

  const OpGraph& graph_;
  const std::map<std::string, double>& momenta_;
  AddedNumbers numbers_;
};

}  // namespace bypath
