using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gleaner.Onnx;

/// <summary>The input of a model that takes the images, and how they lie in it.</summary>
sealed record OnnxInput(OnnxTensor Tensor, OnnxLayout Layout, int? FixedBatch, IReadOnlyList<string> Notes)
{
    /// <exception cref="InvalidDataException">The model takes something else, or more.</exception>
    public static OnnxInput Find(OnnxModel model, OnnxEncoderOptions options)
    {
        if (model.Inputs is not [var input])
            throw new InvalidDataException($"{model.Path}: has {model.Inputs.Count} inputs; expected one, images. Of a model with a text part, take the image part by itself (often vision_model.onnx).\n{model.Table}");
        if (input.Element is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.UInt8) || input.Dimensions.Length != 4)
            throw new InvalidDataException($"{model.Path}: its input is not a batch of images; expected four axes of float32, float16 or uint8.\n{model.Table}");

        List<string> notes = [];
        bool first = input.Dimensions[1] == 3, last = input.Dimensions[3] == 3;
        if (!first && !last && input.Dimensions[1] >= 0 && input.Dimensions[3] >= 0)
            throw new InvalidDataException($"{model.Path}: its input has no axis of 3 channels where one is looked for, second or last. Models of grey images are not read.\n{model.Table}");
        var layout = options.Layout ?? (first ? OnnxLayout.Nchw : last ? OnnxLayout.Nhwc : OnnxLayout.Nchw);
        if (options.Layout is null && first == last)
            notes.Add("the model does not say where its channels are: nchw is assumed (--proxy-layout)");
        if (input.Dimensions[layout == OnnxLayout.Nchw ? 1 : 3] is not (3 or -1))
            throw new ArgumentException($"The layout is {(layout == OnnxLayout.Nchw ? "nchw" : "nhwc")}, but the input {input.Name} is {input.Shape}. Leave --proxy-layout away.");
        return new OnnxInput(input, layout, input.Dimensions[0] > 0 ? input.Dimensions[0] : null, notes);
    }
}
