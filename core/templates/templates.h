// Accessors of the templates; catalog.cpp lists them.
#pragma once

#include "core/templates/catalog.h"

namespace bypath {

const TemplateType& starterTemplate();         // starter.cpp
const TemplateType& resnetTemplate();          // resnet_cifar.cpp
const TemplateType& plainTemplate();           // resnet_cifar.cpp
const TemplateType& preactResnetTemplate();    // preact_resnet.cpp
const TemplateType& resnetImagenetTemplate();  // resnet_imagenet.cpp
const TemplateType& resnetVaeTemplate();       // resnet_vae.cpp
const TemplateType& convVaeTemplate();         // conv_vae.cpp

// Parameters and training settings several templates share.
AttributeDescription classesParameter(int64_t fallback);
AttributeDescription latentParameter(int64_t fallback);
AttributeDescription samplingParameter();
Attributes residualTraining();  // He 2015, section 4.2
Attributes vaeTraining();       // the source post's notebooks

}  // namespace bypath
