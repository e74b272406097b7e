using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>Complements of powers without cancellation: the chance that at least one of many trials goes the other way.</summary>
internal static class Complement
{
    /// <summary>1 - e^x for x &lt;= 0, with full relative accuracy also where x is small.</summary>
    public static double OfExp(double x)
    {
        double power = Elementary.Exp(x);
        double difference = 1 - power;

        // Near 1 the difference is exact, but of the rounded power: what that lost is the ratio of x to the power's own logarithm.
        return power <= 0.75 ? difference
            : power == 1 ? -x
            : difference * (x / Elementary.LogOnePlus(-difference));
    }
}
