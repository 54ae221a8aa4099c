namespace Gleaner.Torch;

/// <summary>How parameters follow their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with L2 in the gradient (Kingma and Ba 2014, arXiv:1412.6980).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with momentum and L2 in the gradient, as torch.optim.SGD.</summary>
    Sgd,

    /// <summary>SGD with momentum whose rate is scaled for each layer by |w| / |g + decay w| (You et al. 2017, arXiv:1708.03888), for large batches.</summary>
    Lars,
}
