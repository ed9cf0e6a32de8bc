#include "gui/app/data_reader.h"

namespace bypath {

DataReader::DataReader(DataShelf& shelf, QObject* parent) : QObject(parent), shelf_(shelf) {}

void DataReader::read(const QString& name, const QString& folder) {
  thread_ = std::jthread([this, name = name.toStdString(), folder = folder.toStdString()] {
    const auto onWindow = [this](auto call) {
      QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
    };
    const Result<std::shared_ptr<const DataSet>> data =
        shelf_.open(name, folder, [&, last = -1](double share) mutable {
          if (const int percent = static_cast<int>(share * 100); percent != last) {
            last = percent;
            onWindow([this, share] { Q_EMIT progress(share); });
          }
        });
    if (data)
      onWindow([this, set = *data] { Q_EMIT ready(set); });
    else
      onWindow([this, text = QString::fromStdString(data.error().message)] { Q_EMIT failed(text); });
  });
}

}  // namespace bypath
