using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Binomial(n, p) by transformed rejection (W. Hörmann, J. Stat. Comput. Simul. 46, 1993): a uniform u on (-1/2, 1/2) goes to
/// k = floor(g(u) + np + 1/2) with g(u) = (2a / (1/2 - |u|) + b) u, and k is kept with probability
/// P(X = k) g'(u) / ceiling, where g'(u) = a / (1/2 - |u|)^2 + b.
/// </summary>
/// <remarks>
/// Exact in law because each interval of u that leads to k gives the integral of g' over it, which is 1, times P(X = k).
/// That needs P(X = k) g'(u) &lt;= <see cref="Hat.Ceiling"/> everywhere; and the squeeze, which accepts without P(X = k), needs
/// P(X = k) g'(u) &gt;= <see cref="Hat.Floor"/> where <see cref="Hat.SqueezeFrom"/> says; tests hold both, at every k.
/// The acceptance probability's relative error is that of <see cref="BinomialProbability"/>, 3e-11 at most, and 2^-51 from g', the
/// ceiling and the uniform; in absolute terms it is known to 2^-63. How much of u leads to a k is off by the rounding of g(u)
/// at the interval's two ends, in units of its length 1: below 2e-9 out to 8 standard deviations at n = 10^12, and what one k
/// gains its neighbour loses.
/// </remarks>
internal static class BinomialRejection
{
    private const double TwoToMinus64 = 1.0 / (1UL << 63) / 2;

    /// <summary>Draws; np is at least <see cref="BinomialVariate.RejectionFrom"/>, p at most about 1/2.</summary>
    [MethodImpl(InstructionSets.Kernel)]
    public static long Draw(long n, double p, double complement, WordBuffer words)
    {
        double mean = n * p;
        Hat hat = new(mean, complement);
        double centre = Math.Floor(mean + 0.5);
        double offset = mean + 0.5 - centre;
        while (true)
        {
            // Odd, so that neither u nor 1/2 - |u| is 0; the latter is formed in integers to be as fine as u.
            long word = (long)words.Next() | 1;
            double u = word * TwoToMinus64;
            double edge = (long.MaxValue - Math.Abs(word) + 1) * TwoToMinus64;
            double height = words.NextUniform() * hat.Ceiling;
            double k = centre + Math.Floor((((2 * hat.A / edge) + hat.B) * u) + offset);
            if (edge >= Hat.SqueezeFrom && height <= hat.Floor)
            {
                return (long)k;
            }

            if (k >= 0 && k <= n && height <= BinomialProbability.At(n, p, k) * hat.Slope(edge))
            {
                return (long)k;
            }
        }
    }

    /// <summary>The transformation's constants, after Hörmann's, with bounds of our own.</summary>
    internal readonly struct Hat
    {
        /// <summary>The squeeze holds where 1/2 - |u| is at least this.</summary>
        public const double SqueezeFrom = 0.07;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Hat(double mean, double complement)
        {
            double sd = Math.Sqrt(mean * complement);
            double inverse = 1 / sd;
            B = 1.15 + (2.53 * sd);
            A = -0.0873 + (0.0248 * B) + (0.01 * (1 - complement));
            Ceiling = 1.126 + (0.6 * inverse);
            Floor = 1.04 - (1.26 * inverse);
        }

        /// <summary>a, the weight of the tails.</summary>
        public double A { get; }

        /// <summary>b, the width of the middle.</summary>
        public double B { get; }

        /// <summary>At least P(X = k) g'(u), everywhere; also the mean number of attempts.</summary>
        public double Ceiling { get; }

        /// <summary>At most P(X = k) g'(u), in the squeeze.</summary>
        public double Floor { get; }

        /// <summary>g'(u), by 1/2 - |u|.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Slope(double edge) => (A / (edge * edge)) + B;
    }
}
