using MathNet.Numerics;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The proof that a run's engine is right (theory.md section 6): over all cells and iterations step_z must be N(0, 1). It fails where
/// some |step_z| exceeds 7 or, from 200 values on, where a two-sided Kolmogorov-Smirnov test has a p-value below 1e-6. Coupled cells draw the same
/// numbers and deviate together, which that test would take for another distribution: of them the largest |step_z| alone decides.
/// </summary>
public sealed class Certificate
{
    private const double LargestAllowed = 7;
    private const int FewestForDistribution = 200;
    private const double LeastPValue = 1e-6;

    /// <param name="stepZ">Every step_z of the run that is not null.</param>
    /// <param name="coupling">Whether its cells share their random numbers.</param>
    public Certificate(IReadOnlyCollection<double> stepZ, Coupling coupling = Coupling.None)
    {
        ArgumentNullException.ThrowIfNull(stepZ);
        Count = stepZ.Count;
        Largest = stepZ.Count == 0 ? null : stepZ.Max(Math.Abs);
        KolmogorovSmirnovP = stepZ.Count < FewestForDistribution || coupling != Coupling.None ? null : PValue(stepZ);
    }

    /// <summary>Number of step_z.</summary>
    public int Count { get; }

    /// <summary>Largest |step_z|; null if there is none.</summary>
    public double? Largest { get; }

    /// <summary>p-value of the Kolmogorov-Smirnov test against N(0, 1); null below 200 values, and of coupled cells.</summary>
    public double? KolmogorovSmirnovP { get; }

    /// <summary>Whether the run passes; one without any step_z does.</summary>
    public bool Passed => !(Largest > LargestAllowed) && !(KolmogorovSmirnovP < LeastPValue);

    private static double PValue(IReadOnlyCollection<double> stepZ)
    {
        double[] sorted = [.. stepZ.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = 0.5 * SpecialFunctions.Erfc(-sorted[i] / Math.Sqrt(2));
            distance = Math.Max(distance, Math.Max(expected - ((double)i / sorted.Length), ((double)(i + 1) / sorted.Length) - expected));
        }

        // The asymptotic distribution with Stephens's correction for a finite number of values.
        double root = Math.Sqrt(sorted.Length);
        double lambda = (root + 0.12 + (0.11 / root)) * distance;
        if (lambda < 0.2)
        {
            return 1; // the series does not converge there, and its value is 1 to 30 digits
        }

        double p = 0;
        for (int k = 1; k <= 100; k++)
        {
            p += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * lambda * lambda);
        }

        return Math.Clamp(p, 0, 1);
    }
}
