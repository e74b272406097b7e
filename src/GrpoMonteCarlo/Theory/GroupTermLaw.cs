using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of what one group adds to the sum that a step is made of (theory.md section 5): its values, their chances at a success
/// probability, moments, and characteristic function.
/// </summary>
internal abstract class GroupTermLaw
{
    protected const double Negligible = 1e-18;

    /// <summary>Every value once, rising; empty where they are too many to be told apart.</summary>
    public abstract double[] Values { get; }

    /// <summary>Their chances, where there are values.</summary>
    public abstract double[] Weights { get; }

    /// <summary>Whether the step is the mean over the groups divided by p(1-p), or the mean itself.</summary>
    public abstract bool IsPerVariance { get; }

    /// <summary>A value that groups without a signal have, or some of them, and its chance.</summary>
    public abstract (double Value, double Weight) Still { get; }

    /// <summary>The chance of another value.</summary>
    public abstract double Other { get; }

    /// <summary>The least value and the greatest.</summary>
    public abstract (double Least, double Greatest) Range { get; }

    /// <summary>Of an Omega whose step is a sum over groups; null of others.</summary>
    public static GroupTermLaw? Of(Omega omega) => omega switch
    {
        FiniteGroupOmega finite => new TabledTerm(finite.Phi, isPerVariance: true),
        PlugInOmega plugIn => new TabledTerm(plugIn.Scale, isPerVariance: false),
        NoisyOmega { Inner: FiniteGroupOmega finite } noisy => new NoisyTerm(finite, noisy.Noise),
        _ => null,
    };

    /// <summary>Works out the chances at a success probability.</summary>
    public abstract void Weigh(SuccessProbability p);

    /// <summary>Mean, variance, and the largest size of values that some of so many groups have.</summary>
    public abstract (double Mean, double Variance, double Largest) Moments(long groups);

    /// <summary>Goes to k = 0 of E exp(2 pi i k (X - shift) / period).</summary>
    public abstract void Begin(double shift, double period);

    /// <summary>Its value there, then for the next k.</summary>
    public abstract (double Real, double Imaginary) Next();

    /// <summary>A power of a complex number of modulus at most 1.</summary>
    public static (double Real, double Imaginary) Power(double real, double imaginary, long exponent)
    {
        (double re, double im) = (1, 0);
        while (true)
        {
            if ((exponent & 1) != 0)
            {
                (re, im) = ((re * real) - (im * imaginary), (re * imaginary) + (im * real));
            }

            exponent >>= 1;
            if (exponent == 0)
            {
                return (re, im);
            }

            (real, imaginary) = ((real * real) - (imaginary * imaginary), 2 * real * imaginary);
            if (Math.Abs(real) + Math.Abs(imaginary) < 1e-40)
            {
                return (0, 0);
            }
        }
    }

    /// <summary>The chances of Binomial(G, p), those of one kind added up, outwards from the mode.</summary>
    protected static void Weigh(double[] weights, int[] kinds, double p, double oneMinusP)
    {
        int groupSize = kinds.Length - 1;
        Array.Clear(weights);
        int mode = Math.Min(groupSize, (int)((groupSize + 1) * p));
        weights[kinds[mode]] = 1;
        double total = 1;
        double weight = 1;
        for (int k = mode; k < groupSize && weight > 0; k++)
        {
            weight *= (double)(groupSize - k) / (k + 1) * (p / oneMinusP);
            weights[kinds[k + 1]] += weight;
            total += weight;
        }

        weight = 1;
        for (int k = mode; k > 0 && weight > 0; k--)
        {
            weight *= (double)k / (groupSize - k + 1) * (oneMinusP / p);
            weights[kinds[k - 1]] += weight;
            total += weight;
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] /= total;
        }
    }

    /// <summary>A number of modulus 1 that turns by the same angle again and again.</summary>
    protected struct Turning(double turns)
    {
        private readonly (double Cos, double Sin) _turn = FourierTransform.Turn(turns);

        public (double Cos, double Sin) Now { get; private set; } = (1, 0);

        public void Turn() => Now = ((Now.Cos * _turn.Cos) - (Now.Sin * _turn.Sin), (Now.Cos * _turn.Sin) + (Now.Sin * _turn.Cos));
    }
}
