using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// A policy's success probability p, kept as its logit L so that neither p nor 1-p loses digits near the edges (theory.md section 4).
/// </summary>
public readonly record struct SuccessProbability
{
    private SuccessProbability(double logit) => Logit = logit;

    /// <summary>L = log(p / (1-p)), any double; infinite where the probability is 0 or 1 exactly.</summary>
    public double Logit { get; }

    /// <summary>p, in [0, 1].</summary>
    public double P => Elementary.Sigmoid(Logit);

    /// <summary>1-p, with full relative accuracy near p = 1.</summary>
    public double OneMinusP => Elementary.Sigmoid(-Logit);

    /// <summary>min(p, 1-p), the probability of the rarer outcome, in [0, 1/2].</summary>
    public double Rarer => Elementary.Sigmoid(-Math.Abs(Logit));

    /// <summary>p(1-p), the variance of one reward.</summary>
    public double Variance => P * OneMinusP;

    /// <summary>log p, with full relative accuracy near p = 1 and also where p is below the range of a double.</summary>
    internal double LogP => LogSigmoid(Logit);

    /// <summary>log(1-p), with full relative accuracy near p = 0 and also where 1-p is below the range of a double.</summary>
    internal double LogOneMinusP => LogSigmoid(-Logit);

    /// <summary>The probability whose logit is given.</summary>
    public static SuccessProbability FromLogit(double logit) => new(logit);

    /// <summary>The probability p, in [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not in [0, 1].</exception>
    public static SuccessProbability FromP(double p)
    {
        if (!(p >= 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies in [0, 1].");
        }

        return new(Elementary.Logit(p));
    }

    /// <summary>p minus another, formed from 1-p where both are above 1/2: near 1 no digit is lost.</summary>
    public double Minus(SuccessProbability other) => Logit > 0 && other.Logit > 0 ? other.OneMinusP - OneMinusP : P - other.P;

    private static double LogSigmoid(double logit)
    {
        double odds = Elementary.Exp(-Math.Abs(logit));
        return Math.Min(logit, 0) - (odds < 0.4 ? Elementary.LogOnePlus(odds) : Elementary.Log(1 + odds));
    }
}
