using System.Text.Json;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>What theory.md says of one group, in plain doubles and straight from the formulas: a second opinion.</summary>
internal sealed class GroupLaw
{
    private readonly double[] _phi;

    public GroupLaw(string advantage, double epsilon, int groupSize)
    {
        GroupSize = groupSize;
        double[]? given = advantage.StartsWith('{')
            ? JsonDocument.Parse(advantage).RootElement.GetProperty("scale").Deserialize<double[]>()
            : null;
        _phi = new double[groupSize + 1];
        for (int k = 1; k < groupSize; k++)
        {
            double g = groupSize;
            double v = k * (g - k) / (g * g);
            _phi[k] = v * advantage switch
            {
                "grpo" => 1 / Math.Sqrt(v + epsilon),
                "grpo-sample-std" => 1 / (Math.Sqrt(v * g / (g - 1)) + epsilon),
                "dr-grpo" => 1,
                "rloo" => g / (g - 1),
                "maxrl" => g / k,
                _ => given![k],
            };
        }
    }

    public int GroupSize { get; }

    /// <summary>E phi, Var phi and the chance of an informative group, at a logit.</summary>
    public (double Mean, double Variance, double Informative) MomentsAt(double logit)
    {
        (double p, double q) = (Sigmoid(logit), Sigmoid(-logit));
        double mean = 0;
        double square = 0;
        double informative = 0;
        double ways = 1;
        for (int k = 1; k < GroupSize; k++)
        {
            ways *= (GroupSize - k + 1.0) / k;
            double chance = ways * Math.Pow(p, k) * Math.Pow(q, GroupSize - k);
            mean += chance * _phi[k];
            square += chance * _phi[k] * _phi[k];
            informative += chance;
        }

        return (mean, square - (mean * mean), informative);
    }

    /// <summary>Omega_G at a logit.</summary>
    public double OmegaAt(double logit) => MomentsAt(logit).Mean / (Sigmoid(logit) * Sigmoid(-logit));

    public static double Sigmoid(double logit) => logit < 0 ? Math.Exp(logit) / (1 + Math.Exp(logit)) : 1 / (1 + Math.Exp(-logit));

    /// <summary>The logit whose rarer outcome has the probability that is sampled: rounded to 32 significant bits.</summary>
    public static double AsSampled(double logit)
    {
        double rare = Sigmoid(-Math.Abs(logit));
        int exponent = 31 - Math.ILogB(rare);
        rare = Math.ScaleB(Math.Round(Math.ScaleB(rare, exponent)), -exponent);
        double size = Math.Log((1 - rare) / rare);
        return logit < 0 ? -size : size;
    }
}
