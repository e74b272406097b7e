using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The closed forms of a cell's prompts, iteration by iteration: what is averaged over them.</summary>
internal sealed class PromptCurves
{
    private readonly Dictionary<int, double[]> _passAt;

    private PromptCurves(IReadOnlyList<SuccessProbability> mean, Dictionary<int, double[]> passAt)
    {
        Mean = mean;
        _passAt = passAt;
    }

    /// <summary>The mean success probability at iterations 0..N.</summary>
    public IReadOnlyList<SuccessProbability> Mean { get; }

    /// <summary>The mean of 1 - (1-p)^k at iterations 0..N.</summary>
    public IReadOnlyList<double> PassAt(int attempts) => _passAt[attempts];

    /// <summary>
    /// The curves of a recurrence; null where they have no closed form: updates of some of the prompts in stages, with a lag, or with
    /// a scale that depends on all of the batch.
    /// </summary>
    /// <param name="theory">The prompts' references and starts.</param>
    /// <param name="omega">Omega of one prompt.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="iterations">N.</param>
    /// <param name="everyPrompt">As if every update took every prompt.</param>
    public static PromptCurves? Of(CellTheory theory, Omega omega, Cell cell, int iterations, bool everyPrompt)
    {
        bool some = !everyPrompt && cell.PromptsPerUpdate < cell.Prompts;
        if (cell.Population is null)
        {
            return new PromptCurves(RecurrenceOf(0).Iterate(theory.Starts[0], iterations, cell.Lag, cell.StageLength), []);
        }

        if (some && (cell.Lag > 0 || cell.StageLength > 0 || cell.Advantage.DividesByBatch))
        {
            return null;
        }

        int[] attempts = [.. Observable.Of(cell).Where(observable => observable.Kind == ObservableKind.PassAt).Select(observable => observable.Number)];
        var sums = new Averages(iterations, attempts);
        if (cell.Advantage.DividesByBatch)
        {
            AddTogether(theory, omega, cell, iterations, sums);
        }
        else
        {
            for (int j = 0; j < cell.Prompts; j++)
            {
                sums.Add(RecurrenceOf(j).Iterate(theory.Starts[j], iterations, cell.Lag, cell.StageLength));
            }
        }

        if (some)
        {
            sums.Mix((double)cell.PromptsPerUpdate / cell.Prompts);
        }

        return sums.Over(cell.Prompts);

        Recurrence RecurrenceOf(int prompt) => new(omega, cell.Anchor.Alpha, theory.References[prompt], cell.Beta);
    }

    // The scale is one for all prompts of an update: theirs have to advance side by side. Omega is that of the mean success probability.
    private static void AddTogether(CellTheory theory, Omega omega, Cell cell, int iterations, Averages sums)
    {
        int prompts = cell.Prompts;
        var paths = new SuccessProbability[prompts][];
        SuccessProbability[] references = [.. theory.References];
        for (int j = 0; j < prompts; j++)
        {
            paths[j] = new SuccessProbability[iterations + 1];
            paths[j][0] = theory.Starts[j];
        }

        for (int n = 1; n <= iterations; n++)
        {
            int sampled = Math.Max(0, n - 1 - cell.Lag);
            double step = omega.At(MeanOf(paths, sampled)) / cell.Beta;
            for (int j = 0; j < prompts; j++)
            {
                double anchor = Recurrence.AnchorLogit(cell.Anchor.Alpha, references[j].Logit, paths[j][n - 1].Logit);
                paths[j][n] = SuccessProbability.FromLogit(anchor + step);
                if (cell.StageLength > 0 && n % cell.StageLength == 0)
                {
                    references[j] = paths[j][n];
                }
            }
        }

        foreach (SuccessProbability[] path in paths)
        {
            sums.Add(path);
        }
    }

    private static SuccessProbability MeanOf(SuccessProbability[][] paths, int n) =>
        SuccessProbability.FromLogit(Elementary.Log(paths.Sum(path => path[n].P)) - Elementary.Log(paths.Sum(path => path[n].OneMinusP)));

    // Sums over prompts of p, 1-p and pass@k at each iteration.
    private sealed class Averages(int iterations, int[] attempts)
    {
        private readonly double[][] _sums = [.. Enumerable.Range(0, 2 + attempts.Length).Select(_ => new double[iterations + 1])];

        public void Add(SuccessProbability[] path)
        {
            Span<double> passAt = stackalloc double[attempts.Length];
            for (int n = 0; n <= iterations; n++)
            {
                _sums[0][n] += path[n].P;
                _sums[1][n] += path[n].OneMinusP;
                passAt.Clear();
                Experiments.PassAt.AddDoubling(path[n].P, passAt);
                for (int k = 0; k < passAt.Length; k++)
                {
                    _sums[2 + k][n] += passAt[k];
                }
            }
        }

        // After n iterations a prompt has had Binomial(n, share) updates, whatever the others had.
        public void Mix(double share)
        {
            foreach (double[] sum in _sums)
            {
                double[] unmixed = [.. sum];
                for (int n = 1; n <= iterations; n++)
                {
                    sum[n] = new BinomialExpectation(n, k => (unmixed[k], 0, 0)).At(share, 1 - share).F0;
                }
            }
        }

        public PromptCurves Over(int prompts)
        {
            var mean = new SuccessProbability[iterations + 1];
            for (int n = 0; n <= iterations; n++)
            {
                mean[n] = SuccessProbability.FromLogit(Elementary.Log(_sums[0][n]) - Elementary.Log(_sums[1][n]));
            }

            var passAt = new Dictionary<int, double[]>();
            for (int k = 0; k < attempts.Length; k++)
            {
                passAt[attempts[k]] = [.. _sums[2 + k].Select(sum => sum / prompts)];
            }

            return new PromptCurves(mean, passAt);
        }
    }
}
