using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Which values the parameters of theory.md section 1 may take, the same for experiment files and for the command line. Each rule
/// returns what is wrong with a value, or null.
/// </summary>
public static class ParameterRules
{
    /// <summary>Least G.</summary>
    public const int SmallestGroup = GroupBounds.MinGroupSize;

    /// <summary>Greatest G.</summary>
    public const int LargestGroup = GroupBounds.MaxGroupSize;

    /// <summary>p_ref and p_0: at 0 and 1 a policy stays where it is.</summary>
    public static string? Probability(double p) => p is > 0 and < 1 ? null : "must lie strictly between 0 and 1";

    /// <summary>beta of an exact update. The bounds keep every logit far from the range of a double.</summary>
    public static string? Beta(double beta) => beta is >= 1e-12 and <= GradientUpdate.LargestBeta ? null : "must be positive, from 1e-12 to 1e12";

    /// <summary>beta of a gradient update, which may be 0: no KL.</summary>
    public static string? BetaOrZero(double beta) => beta == 0 ? null : Beta(beta);

    /// <summary>The probability of one arm.</summary>
    public static string? ArmProbability(double p) =>
        p is > 0 and < 1 ? null : "must lie strictly between 0 and 1: an arm without probability is never drawn";

    /// <summary>The exponent of a Zipf distribution.</summary>
    public static string? ZipfExponent(double exponent) => exponent is > 0 and <= 10 ? null : "must be positive, up to 10";

    /// <summary>A shape of a Beta or Dirichlet distribution.</summary>
    public static string? Shape(double shape) => shape is >= 1e-3 and <= 1e6 ? null : "must lie between 1e-3 and 1e6";

    /// <summary>eta, the size of a gradient step.</summary>
    public static string? LearningRate(double eta) => eta is > 0 and <= GradientSettings.LargestLearningRate ? null : "must be positive, up to 1e12";

    /// <summary>How far from 1 the importance ratio may go before it is clipped.</summary>
    public static string? Clip(double clip) => clip >= 0 ? null : "must be 0 or positive, or null for no bound";

    /// <summary>epsilon.</summary>
    public static string? Epsilon(double epsilon) => epsilon is >= 0 and <= 1e12 ? null : "must be 0 or positive, up to 1e12";
}
