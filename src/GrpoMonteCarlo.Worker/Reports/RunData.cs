using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>
/// The datasets of a finished run, as far as a report shows them: of every cell its parameters, limits and last iteration; of some cells all
/// iterations; every step_z. Cells and iterations are numbered as in the datasets. A number that is null or not finite is NaN.
/// </summary>
internal sealed class RunData
{
    // What is drawn of single iterations is a sample beyond these.
    private const int MostPaths = 400;
    private const int MostPathRows = 40_000;

    private static readonly string[] Limits = ["limit_theory", "limit_finite", "rollouts"];

    private static readonly string[] ByIteration =
    [
        "replicates", "p_mean", "p_se", "p_q05", "p_q95", "one_minus_p_mean", "p_theory", "p_finite", "logit_theory", "logit_finite",
        "deviation_theory", "deviation_finite", "degenerate_fraction", "saturated_fraction", "rollouts", "p_observed_mean",
    ];

    private readonly Dictionary<string, Column> _cells;
    private readonly Dictionary<string, double[]> _last = [];
    private readonly SortedDictionary<int, Dictionary<string, double[]>> _paths = [];

    private RunData(RunManifest manifest, Dictionary<string, Column> cells, int count)
    {
        Manifest = manifest;
        _cells = cells;
        Count = count;
    }

    public RunManifest Manifest { get; }

    /// <summary>Number of cells, at least one.</summary>
    public int Count { get; }

    /// <summary>N, the number of the last iteration.</summary>
    public int Iterations { get; private set; }

    /// <summary>Every step_z there is, and its cell.</summary>
    public List<(int Cell, double Z)> StepZ { get; } = [];

    /// <summary>The cells of which all iterations are here, rising.</summary>
    public IReadOnlyCollection<int> Paths => _paths.Keys;

    /// <summary>Whether some cell was simulated.</summary>
    public bool IsEmpirical => Last("replicates").Any(replicates => replicates > 0);

    /// <exception cref="BadInputException">The folder holds no finished run, or its files are damaged.</exception>
    public static RunData Read(string folder, int panels)
    {
        var manifest = RunManifest.Read(folder);
        string summary = manifest.Verified(folder, "summary.parquet");
        RunData run = DatasetReader.Read(manifest.Verified(folder, "cells.parquet"), file => OfCells(manifest, file));
        return DatasetReader.Read(summary, file => run.ReadSummary(file, panels));
    }

    /// <summary>A column of cells.parquet.</summary>
    public Column Cells(string name) => _cells[name];

    /// <summary>A column of summary.parquet at the last iteration, by cell.</summary>
    public double[] Last(string name) => _last[name];

    /// <summary>A column of summary.parquet at all iterations of one of <see cref="Paths"/>.</summary>
    public double[] Path(int cell, string name) => _paths[cell][name];

    private static RunData OfCells(RunManifest manifest, DatasetReader file)
    {
        double[] numbers = file.RowCount is > 0 and <= Plan.MostCells
            ? [.. Enumerable.Range(0, file.RowGroupCount).SelectMany(group => file.Numbers(group, "cell"))]
            : throw file.Wrong($"has {file.RowCount} rows");
        for (int cell = 0; cell < numbers.Length; cell++)
        {
            if (numbers[cell] != cell)
            {
                throw file.Wrong($"row {cell} is not of cell {cell}");
            }
        }

        return new RunData(manifest, Parameter.Names.Concat(Limits).ToDictionary(name => name, file.Column), numbers.Length);
    }

    private RunData ReadSummary(DatasetReader file, int panels)
    {
        int rows = (int)Math.Min(file.RowCount / Count, int.MaxValue);
        if (rows < 1 || (long)rows * Count != file.RowCount)
        {
            throw file.Wrong($"{file.RowCount} rows are not as many for each of {Count} cells");
        }

        Iterations = rows - 1;
        foreach (string name in ByIteration)
        {
            _last[name] = new double[Count];
        }

        int paths = Math.Clamp(MostPathRows / rows, panels, MostPaths);
        foreach (int cell in Sample.Of(Count, panels).Concat(Sample.Of(Count, paths)))
        {
            _paths[cell] = ByIteration.ToDictionary(name => name, _ => new double[rows]);
        }

        long first = 0;
        for (int group = 0; group < file.RowGroupCount; group++)
        {
            ReadGroup(file, group, first);
            first += file.RowsInGroup(group);
        }

        return this;
    }

    private void ReadGroup(DatasetReader file, int group, long first)
    {
        double[] cells = file.Numbers(group, "cell");
        double[] iterations = file.Numbers(group, "iteration");
        double[] stepZ = file.Numbers(group, "step_z");
        double[][] columns = [.. ByIteration.Select(name => file.Numbers(group, name))];
        for (int row = 0; row < cells.Length; row++)
        {
            (int cell, int iteration) = ((int)((first + row) / (Iterations + 1)), (int)((first + row) % (Iterations + 1)));
            if (cells[row] != cell || iterations[row] != iteration)
            {
                throw file.Wrong($"row {first + row} is not of cell {cell}, iteration {iteration}");
            }

            if (!double.IsNaN(stepZ[row]))
            {
                StepZ.Add((cell, stepZ[row]));
            }

            _ = _paths.TryGetValue(cell, out Dictionary<string, double[]>? path);
            for (int i = 0; i < columns.Length; i++)
            {
                if (path is not null)
                {
                    path[ByIteration[i]][iteration] = columns[i][row];
                }

                if (iteration == Iterations)
                {
                    _last[ByIteration[i]][cell] = columns[i][row];
                }
            }
        }
    }
}
