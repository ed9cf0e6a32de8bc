#include "gui/app/network_survey.h"

#include <algorithm>
#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

namespace bypath {

NetworkSurvey surveyOf(const NetworkSpec& network, const LayerCatalog& layers) {
  const CheckedNetwork checked = check(network, layers);
  NetworkSurvey survey;
  for (const std::string& path : checked.order) {
    const auto facts = checked.nodes.find(path);
    if (facts == checked.nodes.end() || facts->second.container) continue;
    ++survey.layers;
    const LayerType* type = layers.find(facts->second.type);
    if (type && (type->group == "Convolution" || type->group == "Dense")) ++survey.weightLayers;
  }
  survey.parameters = checked.parameters;
  survey.multiplyAdds = checked.multiplyAdds;
  const auto error = std::ranges::find(checked.diagnostics, Severity::error, &Diagnostic::severity);
  if (error != checked.diagnostics.end()) survey.problem = QString::fromStdString(error->message);
  survey.sketch = sketchOf(checked, layers);
  return survey;
}

Surveyor::Surveyor(const LayerCatalog& layers, QObject* parent) : QObject(parent), layers_(layers) {}

void Surveyor::begin(const QString& id, NetworkSpec network) {
  const auto same = std::ranges::find(waiting_, id, &std::pair<QString, NetworkSpec>::first);
  if (same != waiting_.end())
    same->second = std::move(network);
  else
    waiting_.emplace_back(id, std::move(network));
  if (!busy_) next();
}

void Surveyor::next() {
  busy_ = !waiting_.empty();
  if (!busy_) return;
  auto [id, network] = std::move(waiting_.front());
  waiting_.pop_front();
  // The catalog outlives the work: it is a table of the program.
  QThreadPool::globalInstance()->start(
      [self = QPointer(this), id = std::move(id), network = std::move(network), layers = &layers_] {
        NetworkSurvey survey = surveyOf(network, *layers);
        QMetaObject::invokeMethod(
            qApp,
            [self, id, survey = std::move(survey)] {
              if (!self) return;
              Q_EMIT self->ready(id, survey);
              self->next();
            },
            Qt::QueuedConnection);
      });
}

}  // namespace bypath
