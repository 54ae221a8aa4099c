namespace Gleaner.Onnx;

/// <summary>The order of the axes of a batch of images.</summary>
public enum OnnxLayout
{
    /// <summary>Batch, channel, height, width: PyTorch's.</summary>
    Nchw,

    /// <summary>Batch, height, width, channel: TensorFlow's.</summary>
    Nhwc,
}
