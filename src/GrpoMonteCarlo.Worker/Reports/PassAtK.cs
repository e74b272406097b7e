using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Of pass_at_k.parquet some cells at the start, the middle and the last iteration.</summary>
internal sealed class PassAtK
{
    private static readonly string[] Columns = ["k", "pass_at_k", "pass_at_k_se", "pass_at_k_theory", "pass_at_k_finite"];

    private readonly Dictionary<(int Cell, int Iteration), Dictionary<string, List<double>>> _curves = [];

    private PassAtK(int[] cells, int all, int[] iterations)
    {
        (Cells, AllCells, Iterations) = (cells, all, iterations);
        foreach ((int cell, int iteration) in cells.SelectMany(cell => iterations.Select(iteration => (cell, iteration))))
        {
            _curves[(cell, iteration)] = Columns.ToDictionary(name => name, _ => new List<double>());
        }
    }

    /// <summary>The cells that are here, rising.</summary>
    public int[] Cells { get; }

    /// <summary>How many there are in the file.</summary>
    public int AllCells { get; }

    /// <summary>The iterations that are here, rising.</summary>
    public int[] Iterations { get; }

    /// <summary>Null if the run has none.</summary>
    /// <exception cref="BadInputException">The file is gone or damaged.</exception>
    public static PassAtK? Read(string folder, RunData run, int most)
    {
        if (!run.Manifest.Sha256.ContainsKey(RunFolder.PassAtK))
        {
            return null;
        }

        int[] all = [.. Enumerable.Range(0, run.Count).Where(cell => run.Cells("prompts").Number(cell) > 1)];
        int[] iterations = [.. new[] { 0, run.Iterations / 2, run.Iterations }.Distinct()];
        var read = new PassAtK(Sample.Of(all, most), all.Length, iterations);
        return DatasetReader.Read(run.Manifest.Verified(folder, RunFolder.PassAtK), read.Fill);
    }

    /// <summary>A column, k rising.</summary>
    public double[] Curve(int cell, int iteration, string name) => [.. _curves[(cell, iteration)][name]];

    private PassAtK Fill(DatasetReader file)
    {
        for (int group = 0; group < file.RowGroupCount; group++)
        {
            double[] cells = file.Numbers(group, "cell");
            double[] iterations = file.Numbers(group, "iteration");
            double[][] columns = [.. Columns.Select(name => file.Numbers(group, name))];
            for (int row = 0; row < cells.Length; row++)
            {
                if (_curves.TryGetValue(((int)cells[row], (int)iterations[row]), out Dictionary<string, List<double>>? curve))
                {
                    for (int i = 0; i < columns.Length; i++)
                    {
                        curve[Columns[i]].Add(columns[i][row]);
                    }
                }
            }
        }

        return this;
    }
}
