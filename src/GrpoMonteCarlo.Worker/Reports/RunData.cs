using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>
/// The datasets of a finished run, as far as a report shows them: of every cell its parameters, limits and last iteration; of the cells that
/// are asked for all iterations, or the last ones; every step_z. Cells and iterations are numbered as in the datasets. A number that is null or
/// not finite is NaN.
/// </summary>
internal sealed class RunData
{
    private static readonly string[] Limits = ["limit_theory", "limit_finite", "derivative_theory", "beta_bound", "beta_bound_finite", "rollouts"];

    private static readonly string[] ByIteration =
    [
        "replicates", "p_mean", "p_sd", "p_se", "p_q05", "p_q95", "one_minus_p_mean", "p_theory", "p_finite", "logit_theory", "logit_finite",
        "logit_sd_theory", "p_sd_theory", "p_mean_second_order", "one_minus_p_mean_second_order", "deviation_theory", "deviation_finite", "degenerate_fraction", "saturated_fraction", "rollouts", "p_observed_mean",
    ];

    // Of an orbit's end.
    private static readonly string[] InTail = ["p_mean", "p_theory", "p_finite"];

    private readonly string _summary;
    private readonly Dictionary<string, Column> _cells;
    private readonly Dictionary<string, double[]> _last = [];
    private readonly Dictionary<int, Dictionary<string, double[]>> _paths = [];
    private readonly Dictionary<int, Dictionary<string, double[]>> _tails = [];
    private int _tail;

    private RunData(RunManifest manifest, string summary, Dictionary<string, Column> cells, int count)
    {
        Manifest = manifest;
        _summary = summary;
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

    /// <summary>Whether some cell was simulated.</summary>
    public bool IsEmpirical { get; private set; }

    /// <summary>The cells of a finished run; <see cref="ReadSummary"/> adds the rest.</summary>
    /// <exception cref="BadInputException">The folder holds no finished run, or its files are damaged.</exception>
    public static RunData Open(string folder)
    {
        var manifest = RunManifest.Read(folder);
        string summary = manifest.Verified(folder, RunFolder.Summary);
        RunData run = DatasetReader.Read(manifest.Verified(folder, RunFolder.Cells), file => OfCells(manifest, summary, file));
        run.Iterations = DatasetReader.Read(summary, run.RowsOfACell) - 1;
        return run;
    }

    /// <summary>Reads summary.parquet once.</summary>
    /// <param name="paths">The cells of which all iterations are wanted.</param>
    /// <param name="tails">The cells of which the last iterates are wanted.</param>
    /// <param name="tail">How many these are.</param>
    /// <exception cref="BadInputException">It is damaged, or not of these cells.</exception>
    public void ReadSummary(IEnumerable<int> paths, IEnumerable<int> tails, int tail)
    {
        _tail = tail;
        foreach (string name in ByIteration)
        {
            _last[name] = new double[Count];
        }

        foreach (int cell in paths)
        {
            _paths[cell] = ByIteration.ToDictionary(name => name, _ => new double[Iterations + 1]);
        }

        foreach (int cell in tails)
        {
            _tails[cell] = InTail.ToDictionary(name => name, _ => new double[tail]);
        }

        _ = DatasetReader.Read(_summary, ReadRows);
        IsEmpirical = Last("replicates").Any(replicates => replicates > 0);
    }

    /// <summary>A column of cells.parquet.</summary>
    public Column Cells(string name) => _cells[name];

    /// <summary>A column of summary.parquet at the last iteration, by cell.</summary>
    public double[] Last(string name) => _last[name];

    /// <summary>A column of summary.parquet at all iterations of a cell whose path was asked for.</summary>
    public double[] Path(int cell, string name) => _paths[cell][name];

    /// <summary>p_mean, p_theory or p_finite at the last iterations of a cell whose tail was asked for.</summary>
    public double[] Tail(int cell, string name) => _tails[cell][name];

    private static RunData OfCells(RunManifest manifest, string summary, DatasetReader file)
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

        return new RunData(manifest, summary, Parameter.Names.Concat(Limits).ToDictionary(name => name, file.Column), numbers.Length);
    }

    private int RowsOfACell(DatasetReader file)
    {
        int rows = (int)Math.Min(file.RowCount / Count, int.MaxValue);
        return rows >= 1 && (long)rows * Count == file.RowCount
            ? rows
            : throw file.Wrong($"{file.RowCount} rows are not as many for each of {Count} cells");
    }

    private long ReadRows(DatasetReader file)
    {
        long rows = 0;
        for (int group = 0; group < file.RowGroupCount; group++)
        {
            ReadGroup(file, group, rows);
            rows += file.RowsInGroup(group);
        }

        return rows;
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
            int place = iteration - (Iterations + 1 - _tail);
            Dictionary<string, double[]>? tail = place >= 0 ? _tails.GetValueOrDefault(cell) : null;
            for (int i = 0; i < columns.Length; i++)
            {
                if (path is not null)
                {
                    path[ByIteration[i]][iteration] = columns[i][row];
                }

                if (tail is not null && tail.TryGetValue(ByIteration[i], out double[]? end))
                {
                    end[place] = columns[i][row];
                }

                if (iteration == Iterations)
                {
                    _last[ByIteration[i]][cell] = columns[i][row];
                }
            }
        }
    }
}
