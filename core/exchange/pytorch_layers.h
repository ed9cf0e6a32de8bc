// Each op in PyTorch's words: NCHW, weights as module_names.h has them.
#pragma once

#include "core/exchange/module_writer.h"
#include "core/ops/window.h"

namespace bypath {

class PytorchLayers : public Dialect {
 public:
  // `momenta`: by layer path, the share of the old running average that a batch norm keeps; 0.9 where absent.
  PytorchLayers(const OpGraph& graph, const std::map<std::string, double>& momenta)
      : graph_(graph), momenta_(momenta), numbers_(graph) {}

  std::string constructed(int op, const Mark& mark) const override;
  Expression applied(int op, const std::string& attribute, const std::vector<Expression>& operands,
                     const Mark& mark) const override;
  bool isPlain(int op) const override;

 private:
  const OpNode& node(int op) const { return graph_.nodes[static_cast<size_t>(op)]; }
  Window windowOf(const OpNode& node) const;
  std::string convolution(const OpNode& node, const Mark& mark) const;
  std::string transposed(const OpNode& node, const Mark& mark) const;
  std::string batchNorm(const OpNode& node, const Mark& mark) const;
  std::string dense(int op, const Mark& mark) const;
  std::string appliedTransposed(const OpNode& node, const std::string& layer, const Expression& x) const;
  std::string maxPool(const OpNode& node, const Expression& x) const;
  std::string averagePool(const OpNode& node, const Expression& x) const;
  std::string reshape(const OpNode& node, const Expression& x) const;
  std::string padChannels(const OpNode& node, const Expression& x, const Mark& mark) const;

  const OpGraph& graph_;
  const std::map<std::string, double>& momenta_;
  AddedNumbers numbers_;
};

}  // namespace bypath
