namespace Gleaner.Onnx;

/// <summary>What ONNX Runtime computes on. Only <see cref="Cpu"/> is in the native library that comes with Gleaner on Linux; another needs a build of ONNX Runtime that has it.</summary>
public enum OnnxProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>NVIDIA, by CUDA.</summary>
    Cuda,

    /// <summary>NVIDIA, by TensorRT.</summary>
    TensorRt,

    /// <summary>Any graphics card on Windows, by DirectML.</summary>
    DirectMl,

    /// <summary>Apple's.</summary>
    CoreMl,

    /// <summary>Intel's.</summary>
    OpenVino,
}
