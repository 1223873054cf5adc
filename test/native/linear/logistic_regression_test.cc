#include "linear/logistic_regression.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linalg/cholesky.h"
#include "linear/linear.h"
#include "linear/logistic_objective.h"
#include "linear/row_space.h"
#include "support.h"

using namespace handful;

namespace {

/// A problem with labels that depend on the rows, but not wholly.
LogisticRegressionOptions problem(const Matrix& x, std::size_t nClasses, double C) {
  LogisticRegressionOptions options{};
  options.nClasses = nClasses;
  options.C = C;
  options.fitIntercept = true;
  options.solver = Solver::kPreconditionedLbfgs;
  options.maxIter = 5000;
  options.tol = 1e-7;
  for (std::size_t i = 0; i < x.rows(); i++) {
    const double sum = valueOf(x, i, 0) + 0.5 * valueOf(x, i, 1);
    const std::size_t label = static_cast<std::size_t>(sum * 10 + static_cast<double>(i % 3)) % nClasses;
    options.labels.push_back(static_cast<std::int32_t>(label));
  }
  return options;
}

/// The objective and the largest component of its gradient by plain loops, at a result.
struct Plain {
  Plain(const Matrix& x, const LogisticRegressionOptions& options, const LogisticRegressionResult& result) {
    const std::size_t columns = x.columns(), classes = options.nClasses;
    std::vector<double> gradient(classes * (columns + 1));
    for (std::size_t k = 0; k < classes; k++) {
      for (std::size_t c = 0; c < columns; c++) {
        const double weight = result.coef[k * columns + c];
        loss += weight * weight / (2 * options.C);
        gradient[k * (columns + 1) + c] = weight / options.C;
      }
    }
    for (std::size_t i = 0; i < x.rows(); i++) {
      const double sampleWeight = options.sampleWeight.empty() ? 1 : options.sampleWeight[i];
      weights += sampleWeight;
      std::vector<double> logits(classes);
      for (std::size_t k = 0; k < classes; k++) {
        logits[k] = result.intercept[k];
        for (std::size_t c = 0; c < columns; c++)
          logits[k] += result.coef[k * columns + c] * valueOf(x, i, c);
      }
      const double largest = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (const double logit : logits) sum += std::exp(logit - largest);
      const std::size_t own = static_cast<std::size_t>(options.labels[i]);
      loss += sampleWeight * (std::log(sum) + largest - logits[own]);
      for (std::size_t k = 0; k < classes; k++) {
        const double residual = sampleWeight * (std::exp(logits[k] - largest) / sum - (k == own ? 1 : 0));
        for (std::size_t c = 0; c < columns; c++)
          gradient[k * (columns + 1) + c] += residual * valueOf(x, i, c);
        if (options.fitIntercept) gradient[k * (columns + 1) + columns] += residual;
      }
    }
    for (const double component : gradient)
      maxGradient = std::max(maxGradient, std::abs(component) / weights);
  }

  double loss = 0, maxGradient = 0, weights = 0;
};

}  // namespace

TEST_CASE("every solver reaches the same minimum, and reports its loss and gradient truly") {
  onEachInstructionSet([](const Kernels& kernels) {
    // Few rows are fitted in float64, many in float32.
    for (const std::size_t rows : {600, 4000}) {
      const Matrix x = blobs(rows, 20, rows == 4000, 1);
      LogisticRegressionOptions options = problem(x, 4, 1.0);
      options.tol = 3e-5;
      double loss = 0;
      for (const Solver solver : {Solver::kPreconditionedLbfgs, Solver::kLbfgs, Solver::kGradientDescent}) {
        options.solver = solver;
        Run run(kernels);
        const LogisticRegressionResult result = fitLogisticRegression(run.context, x, options);
        const Plain plain(x, options, result);
        CHECK(result.converged);
        CHECK(result.solver == solver);
        CHECK(result.loss == doctest::Approx(plain.loss).epsilon(1e-6));
        CHECK(plain.maxGradient <= 3.3e-5);
        if (solver == Solver::kPreconditionedLbfgs) loss = result.loss;
        CHECK(result.loss == doctest::Approx(loss).epsilon(1e-4));
      }
    }
  });
}

TEST_CASE("few rows of many columns are fitted to the exact minimum") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix x = blobs(40, 200, true, 2);
    const LogisticRegressionOptions options = problem(x, 5, 1.0);
    Run run(kernels);
    const LogisticRegressionResult result = fitLogisticRegression(run.context, x, options);
    const Plain plain(x, options, result);
    CHECK(result.converged);
    CHECK(result.loss == doctest::Approx(plain.loss).epsilon(1e-7));
    CHECK(plain.maxGradient < 1e-6);
  });
}

TEST_CASE("row space and column space agree, whether rows repeat or not") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix few = blobs(30, 80, false, 3);
    std::vector<std::int32_t> twice;
    for (std::int32_t i = 0; i < 30; i++) twice.insert(twice.end(), {i, i});
    const std::shared_ptr<const Matrix> repeated = few.take(twice.data(), 30);
    const Matrix& x = *repeated;
    LogisticRegressionOptions options = problem(x, 3, 2.0);
    Run run(kernels);
    const LogisticRegressionResult inRowSpace = fitLogisticRegression(run.context, x, options);
    options.solver = Solver::kLbfgs;
    const LogisticRegressionResult inColumns = fitLogisticRegression(run.context, x, options);
    CHECK(inRowSpace.loss == doctest::Approx(inColumns.loss).epsilon(1e-5));
  });
}

TEST_CASE("a row space holds what the rows differ by, far below the root of their rounding") {
  onEachInstructionSet([](const Kernels& kernels) {
    constexpr std::size_t rows = 6, columns = 40;
    std::vector<double> values(rows * columns);
    for (std::size_t i = 0; i < values.size(); i++) values[i] = std::sin(static_cast<double>(i % columns));
    // The first row three times, as it is and with a ridge, which Cholesky's pivots do not see.
    values[columns + 1] += 1e-9;
    values[2 * columns + 2] += 1e-6;
    for (std::size_t i = 0; i < columns; i++) values[3 * columns + i] = std::cos(static_cast<double>(i * i));
    Run run(kernels);
    const RowSpace space(run.context, values, rows);
    CHECK(space.rank() == 4);
    // Features times the basis are the rows again.
    for (std::size_t row = 0; row < rows; row++) {
      std::vector<double> again(columns);
      space.toColumns(space.features(row), again.data());
      double worst = 0;
      for (std::size_t i = 0; i < columns; i++) {
        worst = std::max(worst, std::abs(again[i] - values[row * columns + i]));
      }
      CHECK(worst < 1e-14);
    }
  });
}

TEST_CASE("a weight of 2 counts as the row twice, a weight of 0 as no row") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix x = blobs(300, 10, true, 4);
    LogisticRegressionOptions weighted = problem(x, 3, 1.0);
    std::vector<std::int32_t> rows, labels;
    for (std::int32_t i = 0; i < 300; i++) {
      const int copies = i % 3;
      weighted.sampleWeight.push_back(copies);
      for (int copy = 0; copy < copies; copy++) {
        rows.push_back(i);
        labels.push_back(weighted.labels[static_cast<std::size_t>(i)]);
      }
    }
    const std::shared_ptr<const Matrix> repeated = x.take(rows.data(), rows.size());
    LogisticRegressionOptions plain = weighted;
    plain.sampleWeight.clear();
    plain.labels = labels;
    Run run(kernels);
    const double withWeights = fitLogisticRegression(run.context, x, weighted).loss;
    const double withCopies = fitLogisticRegression(run.context, *repeated, plain).loss;
    CHECK(withWeights == doctest::Approx(withCopies).epsilon(1e-6));
  });
}

TEST_CASE("targets count as every label in its share, in row space, in float64 and in floats") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{30, 80}, {300, 10}, {3000, 30}}) {
      const Matrix x = blobs(rows, columns, rows != 300, 8);
      LogisticRegressionOptions soft = problem(x, 3, 1.0), hard = soft;
      soft.tol = hard.tol = 1e-6;
      hard.labels.clear();
      std::vector<std::int32_t> repeated;
      std::vector<float> targets;
      for (std::size_t i = 0; i < rows; i++) {
        for (std::size_t k = 0; k < 3; k++) {
          const float target = k == i % 3 ? 0.5f : 0.25f;
          targets.push_back(target);
          repeated.push_back(static_cast<std::int32_t>(i));
          hard.labels.push_back(static_cast<std::int32_t>(k));
          hard.sampleWeight.push_back(target);
        }
      }
      soft.setTargets(targets);
      CHECK(soft.labels[1] == 1);
      Run run(kernels);
      const LogisticRegressionResult result = fitLogisticRegression(run.context, x, soft);
      const std::shared_ptr<const Matrix> copies = x.take(repeated.data(), repeated.size());
      const LogisticRegressionResult expected = fitLogisticRegression(run.context, *copies, hard);
      CHECK(result.converged);
      CHECK(result.loss == doctest::Approx(expected.loss).epsilon(1e-7));
      Run three(kernels, 3);
      CHECK(fitLogisticRegression(three.context, x, soft).coef == result.coef);
    }
  });
}

TEST_CASE("a fit is the same bits for any number of threads") {
  onEachInstructionSet([](const Kernels& kernels) {
    const Matrix x = blobs(4000, 30, true, 5);
    const LogisticRegressionOptions options = problem(x, 6, 1.0);
    Run one(kernels, 1);
    const LogisticRegressionResult expected = fitLogisticRegression(one.context, x, options);
    for (const unsigned threads : {2u, 3u}) {
      Run several(kernels, threads);
      const LogisticRegressionResult result = fitLogisticRegression(several.context, x, options);
      CHECK(result.coef == expected.coef);
      CHECK(result.intercept == expected.intercept);
      CHECK(result.loss == expected.loss);
    }
  });
}

TEST_CASE("no penalty, tiny and huge C, no intercept, columns of zeros and one class end well") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const double C : {1e-6, 1e6, std::numeric_limits<double>::infinity()}) {
      for (const bool fitIntercept : {true, false}) {
        const Matrix x = blobs(fitIntercept ? 6000 : 500, 12, false, 6);
        LogisticRegressionOptions options = problem(x, 3, C);
        options.fitIntercept = fitIntercept;
        options.tol = 1e-5;
        Run run(kernels);
        const LogisticRegressionResult result = fitLogisticRegression(run.context, x, options);
        const Plain plain(x, options, result);
        CHECK(result.converged);
        CHECK(result.loss == doctest::Approx(plain.loss).epsilon(1e-5));
        CHECK(plain.maxGradient < 3e-5);
        if (!fitIntercept) CHECK(result.intercept == std::vector<double>(3, 0.0));
      }
    }
    const std::vector<float> zeros(200 * 4, 0.0f);
    const Matrix empty(zeros.data(), 200, 4, 1.0);
    LogisticRegressionOptions options = problem(empty, 2, 1.0);
    Run run(kernels);
    const LogisticRegressionResult fromNothing = fitLogisticRegression(run.context, empty, options);
    CHECK(fromNothing.converged);
    CHECK(fromNothing.coef == std::vector<float>(8, 0.0f));
    options.nClasses = 1;
    options.labels.assign(200, 0);
    CHECK(fitLogisticRegression(run.context, empty, options).loss == 0);
  });
}

TEST_CASE("the logits and probabilities of a model agree with plain loops") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const bool bytes : {true, false}) {
      const Matrix x = blobs(77, 33, bytes, 7);
      std::vector<float> coef(3 * 33);
      for (std::size_t i = 0; i < coef.size(); i++) coef[i] = 0.1f * static_cast<float>(i % 7) - 0.3f;
      const std::vector<double> intercept{0.5, -0.25, 0};
      std::vector<float> decision(77 * 3), probability(77 * 3);
      Run run(kernels);
      const LinearModel model{coef, intercept, {}};
      linear(run.context, x, model, LinearOutput::kDecision, decision.data());
      linear(run.context, x, model, LinearOutput::kProbability, probability.data());
      double worst = 0;
      for (std::size_t i = 0; i < 77; i++) {
        double logits[3], sum = 0;
        for (std::size_t k = 0; k < 3; k++) {
          logits[k] = intercept[k];
          for (std::size_t c = 0; c < 33; c++) logits[k] += coef[k * 33 + c] * valueOf(x, i, c);
          sum += std::exp(logits[k]);
        }
        for (std::size_t k = 0; k < 3; k++) {
          worst = std::max(worst, std::abs(decision[i * 3 + k] - logits[k]));
          worst = std::max(worst, std::abs(probability[i * 3 + k] - std::exp(logits[k]) / sum));
        }
      }
      CHECK(worst < 1e-5);
    }
  });
}

TEST_CASE("a Cholesky factor solves its system, and says where there is none") {
  onEachInstructionSet([](const Kernels& kernels) {
    for (const std::size_t order : {1, 2, 31, 64, 65, 200}) {
      UpperMatrix matrix(kernels, order);
      std::vector<double> dense(order * order);
      for (std::size_t i = 0; i < order; i++) {
        for (std::size_t j = i; j < order; j++) {
          const double value = i == j ? 4.0 : 1.0 / static_cast<double>(1 + (j - i) * (j - i));
          dense[i * order + j] = dense[j * order + i] = value;
          matrix.row(i)[j] = static_cast<float>(value);
        }
      }
      std::vector<float> b(order, 1.0f);
      REQUIRE(matrix.factor());
      matrix.solve(b.data());
      double worst = 0;
      for (std::size_t i = 0; i < order; i++) {
        double sum = 0;
        for (std::size_t j = 0; j < order; j++) sum += dense[i * order + j] * b[j];
        worst = std::max(worst, std::abs(sum - 1));
      }
      CHECK(worst < 1e-5);
    }
    UpperMatrix indefinite(kernels, 2);
    indefinite.row(0)[0] = 1;
    indefinite.row(0)[1] = 2;
    indefinite.row(1)[1] = 1;
    CHECK(!indefinite.factor());
  });
}
