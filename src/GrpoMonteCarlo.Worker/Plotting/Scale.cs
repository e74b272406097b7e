namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>How values are spread along an axis.</summary>
internal enum Scale
{
    Linear,

    /// <summary>By their decimal logarithm; only positive values have a place.</summary>
    Log,

    /// <summary>By log(p/(1-p)); only values strictly between 0 and 1 have a place.</summary>
    Logit,
}
